// Plays the transcripts of protocols/replicate/1/vectors: one side is real, the other says what the transcript says.

import { Log } from '../../../src/log/index.ts'
import { TRIE_FEEDS_MIN } from '../../../src/network/replicate/constants.ts'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { PeerShares } from '../../../src/network/replicate/peer-shares.ts'
import { CreditPool } from '../../../src/network/replicate/puller/credit.ts'
import { InFlight } from '../../../src/network/replicate/puller/in-flight.ts'
import { pull } from '../../../src/network/replicate/puller/pull.ts'
import { askedFor } from '../../../src/network/replicate/puller/resume.ts'
import { KnownLists, ToldLists, wireScope } from '../../../src/network/replicate/scope.ts'
import { serve } from '../../../src/network/replicate/server/serve.ts'
import { StorageBudgets } from '../../../src/network/replicate/storage-budgets.ts'
import { noTraffic } from '../../../src/network/replicate/traffic.ts'
import { Tries } from '../../../src/network/replicate/trie/tries.ts'
import { eventually } from '../../support/eventually.ts'
import { MemoryLogStore } from '../../support/memory-log-store.ts'
import { MemoryPublishedKeyStore } from '../../support/memory-published-key-store.ts'
import { MemorySelectionStore } from '../../support/memory-selection-store.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { ScriptedPeer } from './scripted-peer.ts'
import { wirePair } from './wire-pair.ts'
import type { Author, Item } from '../../../src/feed/index.ts'
import type { Live } from '../../../src/network/replicate/frames/frames.ts'
import type { AskedFor, AskedMark, KnownServer, PullStore } from '../../../src/network/replicate/puller/pull-store.ts'
import type { Wire } from '../../../src/network/replicate/wire.ts'
import type { FrameJson } from './frame-json.ts'
import type { Crossed } from './wire-pair.ts'

export type Role = Crossed['from']

/** A message of the file's `feeds`, by name: `alice 3`. */
export interface NamedMessage {
  text: string
  signature: string
}

export interface TranscriptFile {
  comment: string
  /** The moment at which all cases stand. */
  now: string
  feeds: Record<string, NamedMessage>
  vectors: Transcript[]
}

export interface Transcript {
  name: string
  /** The salt of the server's trie, in 16 hex; both sides then use tries from the first feed on. */
  trie?: string
  /** `lists`: lists of authors that it was told before. */
  server?: { holds: string[]; blocks?: Author[]; lists?: Author[][] }
  /** `tells_by_hash`: it told this server its list of authors before. */
  puller?: { holds: string[]; knows?: Known; live?: Live; tells_by_hash?: boolean } & Selected
  says: Line[]
  /** What the puller holds in the end, and remembers of the server; or who must reset the stream, and why. */
  expect: { puller_holds: string[]; remembers?: Known } | { reject: string; by: Role }
}

/** What a puller remembers of a server, having asked for what it asks for now. */
type Known = Omit<KnownServer, 'asked'>

interface Selected {
  follows?: Author[]
  topics?: string[]
  blocks?: Author[]
}

/** Something that crosses, or a message that the server takes in from elsewhere meanwhile. */
export type Line = { from: Role; frame: string; means?: FrameJson } | { server_takes_in: string[] }

const NO_SALT = '0'.repeat(16)

/** A store that a test reads. */
export class MemoryPullStore implements PullStore {
  knows: Known | undefined
  readonly #asked: () => AskedFor
  readonly #marks = new Map<Author, number>()

  constructor(asked: () => AskedFor) {
    this.#asked = asked
  }

  known(): KnownServer | undefined {
    return this.knows && { ...this.knows, asked: this.#asked() }
  }

  remember(_: string, { store, cursor }: KnownServer): void {
    this.knows = { store, cursor }
  }

  asked(_peer: string, _store: string, authors: readonly Author[]): (number | undefined)[] {
    return authors.map((author) => this.#marks.get(author))
  }

  forget(): void {
    this.knows = undefined
    this.#marks.clear()
  }

  markAsked(_peer: string, _store: string, marks: readonly AskedMark[]): void {
    for (const { author, arrival } of marks) this.#marks.set(author, arrival)
  }
}

/** One real side of a case. */
export class RealSide {
  readonly log = new Log({
    store: new MemoryLogStore(),
    selectionStore: new MemorySelectionStore(),
    publishedKeyStore: new MemoryPublishedKeyStore(),
    identity: identityOf(255),
    clock: () => TEST_NOW,
  })
  readonly pullStore = new MemoryPullStore(() => askedFor(this.log.selection))
  readonly #file: TranscriptFile
  readonly #tries: Tries
  readonly #stop = new AbortController()
  ended: Promise<unknown> = Promise.resolve()

  constructor(file: TranscriptFile, trie: string | undefined) {
    this.#file = file
    const [salt, feedsMin] = trie === undefined ? [NO_SALT, TRIE_FEEDS_MIN] : [trie, 1]
    this.#tries = new Tries({ log: this.log, salt, feedsMin })
  }

  async takeIn(names: readonly string[]): Promise<void> {
    // One by one, so that the order of arrival is that of the list.
    for (const name of names) await this.log.ingest([this.#itemOf(name)], 'elsewhere')
  }

  /** Names of the messages that this side holds. */
  async holds(): Promise<string[]> {
    const held: string[] = []
    for await (const entries of this.log.read({ after: 0 })) {
      for (const entry of entries) if (entry.kind === 'message') held.push(this.#nameOf(entry.text))
    }
    return held.sort()
  }

  pull(wire: Wire, { knows, live, tells_by_hash, ...selected }: NonNullable<Transcript['puller']>): void {
    this.select(selected)
    const toldLists = new ToldLists()
    if (tells_by_hash) toldLists.told('server', wireScope(this.log.selection.scope))
    this.pullStore.knows = knows
    this.#run(
      pull({
        open: async () => wire,
        log: this.log,
        pullStore: this.pullStore,
        pool: new CreditPool(),
        inFlight: new InFlight(),
        shares: new PeerShares(),
        budgets: new StorageBudgets({ authorBytes: 1e9, peerBytes: 1e9 }),
        peer: 'server',
        toldLists,
        tries: this.#tries,
        live: () => live ?? 0,
        listen: () => {},
        isFull: false,
        clock: () => TEST_NOW,
        traffic: noTraffic(),
        onRound: () => {},
        onMessages: () => {},
        signal: this.#stop.signal,
      }),
    )
  }

  select({ follows = [], topics = [], blocks = [] }: Selected): void {
    const { selection } = this.log
    for (const author of follows) selection.follow(author)
    for (const topic of topics) selection.addTopic(topic)
    for (const author of blocks) selection.block(author)
  }

  serve(wire: Wire, { lists = [], ...selected }: Partial<NonNullable<Transcript['server']>>): void {
    this.select(selected)
    const { log } = this
    const clock = () => TEST_NOW
    const { signal } = this.#stop
    const known = { shares: new PeerShares(), lists: new KnownLists(), tries: this.#tries }
    for (const authors of lists) known.lists.remember(authors)
    const init = { wire, log, peer: 'puller', ...known, isPushed: () => false }
    this.#run(serve({ ...init, clock, traffic: noTraffic(), signal }))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.ended
  }

  #run(work: Promise<void>): void {
    this.ended = work.then(
      () => undefined,
      (error: unknown) => error,
    )
  }

  #itemOf(name: string): Item {
    const message = this.#file.feeds[name]
    if (message === undefined) throw new Error(`The file has no message ${name}.`)
    return { text: Buffer.from(message.text), signature: Buffer.from(message.signature, 'base64') }
  }

  #nameOf(text: string): string {
    return Object.entries(this.#file.feeds).find(([, message]) => message.text === text)?.[0] ?? text
  }
}

/** What the real side said, as hex, and how it ended. */
export interface Played {
  said: string[]
  error: unknown
  side: RealSide
}

/** Plays a case with a real `role`. */
export async function play(file: TranscriptFile, transcript: Transcript, role: Role): Promise<Played> {
  const side = new RealSide(file, transcript.trie)
  await side.takeIn(transcript[role]?.holds ?? [])
  const wires = wirePair()
  const other = new ScriptedPeer(role === 'server' ? wires.puller : wires.server)
  if (role === 'server') side.serve(wires.server, transcript.server ?? {})
  else side.pull(wires.puller, transcript.puller ?? { holds: [] })
  const said = () => wires.crossed.filter(({ from }) => from === role).map(({ frame }) => hexOf(encodeFrame(frame)))
  let expected = 0
  for (const line of transcript.says) {
    if ('from' in line && line.from === role) expected++
    else
      await eventually(
        () => said().length >= expected || other.end !== undefined || Promise.reject(new Error('silent')),
      )
    if ('from' in line && line.from !== role) other.say(Buffer.from(line.frame, 'hex'))
    if ('server_takes_in' in line && role === 'server') await side.takeIn(line.server_takes_in)
  }
  await eventually(() => said().length >= expected || other.end !== undefined || Promise.reject(new Error('silent')))
  if ('reject' in transcript.expect) return { said: said(), error: await side.ended, side }
  await settle(side, transcript, role)
  await side.stop()
  return { said: said(), error: await side.ended, side }
}

/** Lets what was said last be taken in. */
async function settle(side: RealSide, { expect }: Transcript, role: Role): Promise<void> {
  if (role === 'server' || 'reject' in expect) return
  await eventually(async () => {
    const held = await side.holds()
    if (held.length < expect.puller_holds.length) throw new Error(`The puller holds only ${held.join(', ')}.`)
  })
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
