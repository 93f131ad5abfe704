// One stream of replicate/1 between two simulated nodes: the puller's and the server's state machines, their frames over a link, and the
// answers of two light logs.

import { SEQUENCE_MAX } from '../../src/feed/index.ts'
import { FULL_COMPARISON_EVERY } from '../../src/network/replicate/constants.ts'
import { Puller } from '../../src/network/replicate/puller/puller.ts'
import { askedFor, resumeFrom } from '../../src/network/replicate/puller/resume.ts'
import { Server } from '../../src/network/replicate/server/server.ts'
import { altered, frameOf } from './hostility.ts'
import { StreamEnd } from './stream-end.ts'
import type { MessageEntry } from '../../src/log/index.ts'
import type { ReplicateError } from '../../src/network/replicate/errors.ts'
import type { Sending } from '../../src/network/replicate/machine.ts'
import type { PullerFact, PullerRequest } from '../../src/network/replicate/puller/puller-steps.ts'
import type { ServerFact, ServerRequest } from '../../src/network/replicate/server/server-steps.ts'
import type { LightStore } from './light-store.ts'
import type { Link } from './link.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/** Looking something up: below a millisecond on a real node, and then the event loop turns. */
const LOOK_MS = 1

/** Verifying and writing a batch, with its flush to disk. */
const COMMIT_MS = 3

/** Simulated nodes tell lists of heads: their feeds are few. */
const NO_TRIE = { salt: '', paysFor: () => false }

/** What every puller asks for. */
const EVERYTHING = askedFor({ scope: 'all', blocks: [] })

/** Entries that one read gives, as `log.read` does. */
const BATCH_MAX = 256

export interface PullStreamInit {
  link: Link
  puller: SimulatedNode
  server: SimulatedNode
  /** How many pulls from this server there were before. */
  pullsBefore: number
  onRound: () => void
  /** The stream has ended by itself. */
  over: (error: ReplicateError | undefined) => void
}

/** Pulls from a server until one of the two gives up, or the connection closes. */
export class PullStream {
  readonly #init: PullStreamInit
  readonly #world: World
  readonly #puller: StreamEnd<PullerFact, PullerRequest>
  /** There from the first frame on. */
  #server: StreamEnd<ServerFact, ServerRequest> | undefined

  constructor(init: PullStreamInit, world: World) {
    this.#init = init
    this.#world = world
    const { puller, server, pullsBefore } = init
    const isFull = pullsBefore % FULL_COMPARISON_EVERY === FULL_COMPARISON_EVERY - 1
    const { store } = puller.log
    const source = puller.inFlight.join(world.clock.now)
    source.listen(() => world.clock.after(0, () => this.#puller.tell({ type: 'freed' })))
    const machine = new Puller({
      scope: 'all',
      isListTold: false,
      resume: resumeFrom(puller.pullMemory.known(server.name), EVERYTHING, isFull),
      root: isFull || store.hasMissing() ? undefined : store.root(),
      takesTrie: false,
      live: () => (world.settings.gossip ? 1 : 2),
      pool: puller.credit,
      inFlight: puller.inFlight,
      source,
      now: world.clock.now,
    })
    this.#puller = new StreamEnd<PullerFact, PullerRequest>({
      machine,
      clock: world.clock,
      answer: (request, tell) => this.#answerPuller(request, isFull, tell),
      send: (sending) =>
        this.#carry(puller, sending, (frame, bytes) => this.#serve({ type: 'received', frame, bytes })),
      over: (error) => {
        init.link.carry(puller, 0, () => this.#server?.end())
        init.over(error)
      },
    })
    this.#puller.begin(machine.begin())
  }

  /** Something that the server has is missing. */
  hint(fact: Extract<PullerFact, { type: 'hinted' }>): void {
    this.#puller.tell(fact)
  }

  /** The connection is gone. */
  end(): void {
    this.#puller.end()
    this.#server?.end()
  }

  #carry(
    from: SimulatedNode,
    sending: Sending,
    deliver: (frame: ReturnType<typeof frameOf>, bytes: number) => void,
  ): void {
    const { link } = this.#init
    const bytes = sending.bytes.length
    link.carry(from, bytes, () => {
      const frame = frameOf(sending)
      const to = link.other(from)
      if (frame.kind === 'messages') this.#world.observer.cameAsPayload(to, bytes, frame.items.length)
      else this.#world.observer.cameAsControl(to, bytes)
      deliver(frame, bytes)
    })
  }

  #serve(fact: Parameters<StreamEnd<ServerFact, ServerRequest>['tell']>[0]): void {
    this.#server ??= this.#openServer()
    this.#server.tell(fact)
  }

  #openServer(): StreamEnd<ServerFact, ServerRequest> {
    const { link, puller, server } = this.#init
    const { clock } = this.#world
    const { served } = server.sharesOf(puller.name)
    const isPushed = ({ hash }: MessageEntry): boolean => server.mesh.hasPushed(hash)
    const isBlocked = (): boolean => false
    const facts = {
      store: server.log.store.storeId,
      peer: puller.name,
      share: served,
      lists: server.lists,
      isBlocked,
      isPushed,
      tries: NO_TRIE,
    }
    return new StreamEnd<ServerFact, ServerRequest>({
      machine: new Server({ ...facts, now: clock.now }),
      clock,
      answer: (request, tell) => this.#answerServer(request, tell),
      send: (sending) =>
        this.#carry(server, altered(sending, server.hostility), (frame, bytes) =>
          this.#puller.tell({ type: 'received', frame, bytes }),
        ),
      over: () => link.carry(server, 0, () => this.#puller.end()),
    })
  }

  #answerPuller(request: PullerRequest, isFull: boolean, tell: (fact: PullerFact) => void): void {
    const { puller, server, onRound } = this.#init
    const { clock } = this.#world
    const shares = puller.sharesOf(server.name)
    switch (request.type) {
      case 'compare':
        clock.after(LOOK_MS + shares.headsCame(request.feeds.length, clock.now), () => {
          const authors = request.feeds.map(({ author }) => author)
          const asked = isFull ? [] : puller.pullMemory.asked(server.name, request.store, authors)
          tell({ type: 'compared', positions: puller.log.positions(request.feeds), asked })
        })
        break
      case 'compareNodes':
      case 'dropTrie':
        throw new Error('A simulated node told of a trie, and they have none.')
      case 'ingest':
        clock.after(COMMIT_MS, () => {
          const results = puller.log.ingest(request.items, server.name)
          const pauseMs = shares.itemsCame(request.items, results, clock.now)
          clock.after(pauseMs, () => tell({ type: 'ingested', batch: request.batch, results }))
        })
        break
      case 'markAsked':
        puller.pullMemory.markAsked(server.name, request.store, request.marks)
        break
      case 'remember':
        puller.pullMemory.remember(server.name, { ...request.server, asked: EVERYTHING })
        break
      case 'roundComplete':
        onRound()
        break
      case 'tailAtRest':
        break
    }
  }

  #answerServer(request: ServerRequest, tell: (fact: ServerFact) => void): void {
    const { log } = this.#init.server
    const look = (): void => this.#world.clock.after(LOOK_MS, () => tell(answerOf(log.store, request)))
    const isToWait = request.type === 'readNews' || (request.type === 'readEntries' && !request.atOnce)
    if (isToWait) log.whenBeyond(request.after, look)
    else look()
  }
}

/** As src/network/replicate/server/serve.ts answers from a real log. */
function answerOf(store: LightStore, request: ServerRequest): ServerFact {
  switch (request.type) {
    case 'readState': {
      const isKnown = request.known !== undefined && store.recognises(request.known)
      return { type: 'stateRead', cursor: store.cursor(), isKnown, root: request.withRoot ? store.root() : undefined }
    }
    case 'readHeads':
      return { type: 'headsRead', heads: store.heads(request) }
    case 'readTrie':
      throw new Error('A simulated node asked for a trie, and they take none.')
    case 'readRange':
      return { type: 'rangeRead', messages: store.range(request) }
    case 'readTagged':
      throw new Error('A simulated node asked for a topic, and they select nothing.')
    case 'readFloor': {
      const [lowest] = store.range({ author: request.author, from: 1, to: SEQUENCE_MAX, bytesMax: 1 })
      return { type: 'floorRead', floor: lowest?.sequence }
    }
    case 'readEntries': {
      const entries = store.entriesAfter(request.after, BATCH_MAX)
      const cursor = store.cursor()
      const isEnd = (entries.at(-1)?.offset ?? cursor.offset) === cursor.offset
      return { type: 'entriesRead', entries, end: isEnd ? cursor : undefined }
    }
    case 'readNews':
      return { type: 'newsRead', entries: store.entriesAfter(request.after, BATCH_MAX) }
  }
}
