// Messages that their authors never signed, or not for this place: none is accepted, whatever was done to them.

import { createIdentity, formatTimestamp, sealMessage } from '../../src/feed/index.ts'
import { openDatabase } from '../../src/store/index.ts'
import { Chance } from './chance.ts'
import { logOn } from './open-log.ts'
import { Counts } from './suite.ts'
import type { FeedHead, Identity, Item, SealedMessage } from '../../src/feed/index.ts'
import type { IngestResult, Log } from '../../src/log/index.ts'
import type { Suite } from './suite.ts'

const AUTHORS = 5
const LENGTH = 40
const HELD = 30
const TOGETHER = 500
const NOW = Date.UTC(2026, 0, 2)

/** Points of small order, under which one signature fits many messages. */
const SMALL_ORDER = ['01'.padEnd(64, '0'), '00'.repeat(32), `ec${'ff'.repeat(30)}7f`, `${'00'.repeat(31)}80`]

type Forger = (true_: SealedMessage, chance: Chance, stranger: Identity) => Item

const FORGERS: Readonly<Record<string, Forger>> = {
  'a bit of the text': ({ text, signature }, chance) => ({ text: flipped(Buffer.from(text), chance), signature }),
  'a bit of the signature': ({ text, signature }, chance) => ({
    text: Buffer.from(text),
    signature: flipped(signature, chance),
  }),
  'damaged text': ({ text, signature }, chance) => ({ text: different(Buffer.from(text), chance), signature }),
  'invented signature': ({ text }, chance) => ({ text: Buffer.from(text), signature: chance.bytes(64) }),
  'the signature of another message': ({ text }, chance, stranger) => ({
    text: Buffer.from(text),
    signature: stranger.sign(String(chance.random())),
  }),
  'signed by another key': (message, chance, stranger) =>
    resealed(message, chance, { ...stranger, author: message.author }),
  'a key of small order': ({ text, author }, chance) => ({
    text: Buffer.from(
      text.replace(author, `@${Buffer.from(chance.oneOf(SMALL_ORDER), 'hex').toString('base64')}.ed25519`),
    ),
    signature: Buffer.concat([Buffer.from(chance.oneOf(SMALL_ORDER), 'hex'), new Uint8Array(32)]),
  }),
}

export const forged: Suite = {
  name: 'forged',
  of: 'forged messages',
  law: 'none is accepted, none changes what is held; a replay is a duplicate, and a second signature for one place a fork',
  sizes: { tests: 20_000, long: 1_000_000 },
  run: async (size, seed, reached) => {
    const chance = new Chance(seed)
    const node = openLog()
    const feeds = await fill(node.log, chance)
    const counts = new Counts()
    const before = node.digest()
    for (let done = 0; done < size; done += TOGETHER) {
      const forgeries = Array.from({ length: Math.min(TOGETHER, size - done) }, () => forgery(feeds, chance))
      const results = await node.log.ingest(
        forgeries.map(({ item }) => item),
        'a forger',
      )
      for (const [index, result] of results.entries()) judge(forgeries[index]?.how ?? '', result, counts)
      if (node.digest() !== before) throw new Error('what is held changed')
      reached(done)
    }
    await forkIsFound(node.log, feeds.held, chance)
    await node.close()
    return `refused: ${counts.text}`
  },
}

interface Forgery {
  how: string
  item: Item
}

/** What of each feed is held, and what comes next: a message that is held is a duplicate, whatever signature it comes with. */
interface Feeds {
  held: readonly SealedMessage[]
  next: readonly SealedMessage[]
}

function forgery({ held, next }: Feeds, chance: Chance): Forgery {
  const how = chance.oneOf([...Object.keys(FORGERS), 'a replay'])
  const stranger = createIdentity(new Uint8Array(32).fill(99))
  const forge = FORGERS[how]
  const item = forge === undefined ? itemOf(chance.oneOf(held)) : forge(chance.oneOf(next), chance, stranger)
  return { how, item }
}

function judge(how: string, result: IngestResult, counts: Counts): void {
  const answer = 'error' in result ? result.error : result.outcome
  const isRefused = how === 'a replay' ? answer === 'duplicate' : 'error' in result
  if (!isRefused) throw new Error(`${how} was answered ${answer}`)
  counts.add(answer)
}

/** Signed in truth, and so stored as evidence: the one way in which a feed can be hurt, and by its author alone. */
async function forkIsFound(log: Log, truths: readonly SealedMessage[], chance: Chance): Promise<void> {
  const first = truths[0] as SealedMessage // As: there are some.
  const [result] = await log.ingest([resealed(first, chance, identityOf(0))], 'its author')
  if (result === undefined || !('outcome' in result) || log.counts().forks !== 1)
    throw new Error('a fork was not found')
}

async function fill(log: Log, chance: Chance): Promise<Feeds> {
  const chains = Array.from({ length: AUTHORS }, (_, author) => chainOf(identityOf(author), chance))
  const held = chains.flatMap((chain) => chain.slice(0, HELD))
  const next = chains.flatMap((chain) => chain.slice(HELD))
  const results = await log.ingest(held.map(itemOf), 'their authors')
  if (results.some((result) => !('outcome' in result && result.outcome === 'appended')))
    throw new Error('a true message was refused')
  return { held, next }
}

function chainOf(identity: Identity, chance: Chance): SealedMessage[] {
  let head: FeedHead = { sequence: 0, hash: undefined }
  return Array.from({ length: LENGTH }, (_, at) => {
    const message = sealMessage(
      { content: { n: chance.below(1e9) } },
      head,
      formatTimestamp(NOW - LENGTH + at),
      identity,
    )
    head = message
    return message
  })
}

/** Another content for the same place. */
function resealed({ sequence, text }: SealedMessage, chance: Chance, identity: Identity): Item {
  const { previous } = JSON.parse(text) as { previous: string | null }
  const head = { sequence: sequence - 1, hash: previous ?? undefined }
  return itemOf(sealMessage({ content: { other: chance.below(1e9) } }, head, formatTimestamp(NOW), identity))
}

function identityOf(author: number): Identity {
  return createIdentity(new Uint8Array(32).fill(author + 1))
}

function itemOf({ text, signature }: SealedMessage): Item {
  return { text: Buffer.from(text), signature }
}

function flipped(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = chance.below(copy.length)
  copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8))
  return copy
}

function different(bytes: Buffer, chance: Chance): Buffer {
  for (;;) {
    const damaged = chance.damaged(bytes)
    if (!damaged.equals(bytes)) return damaged
  }
}

function openLog() {
  const database = openDatabase(':memory:')
  const log = logOn(database, identityOf(50), NOW)
  const rows = database.prepare('SELECT count(*), total(length(text)), max(offset) FROM entries').raw()
  const feeds = database.prepare('SELECT count(*), total(head), count(forked_at) FROM feeds').raw()
  const close = async () => {
    await log.close()
    database.close()
  }
  return { log, close, digest: () => JSON.stringify([rows.get(), feeds.get()]) }
}
