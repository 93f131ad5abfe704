// What is wrong with the log of a data directory that no node runs on: nothing, however its node ended.

import { keyFromAuthor, openItem, verifySignature } from '../../src/feed/index.ts'
import type { Author } from '../../src/feed/index.ts'
import type { Connection } from '../../src/store/index.ts'
import type { Witness } from './witness.ts'

interface FeedRow {
  id: number
  key: Buffer
  head: number
  head_hash: Buffer | null
  forked_at: number | null
}

interface MessageRow {
  offset: number
  sequence: number
  linked: number
  hash: Buffer
  signature: Buffer
  text: string
}

interface HoleRow {
  first: number
  last: number
  reason: number
}

/** As store/migrations/001-log.ts numbers it. */
export const FORGOTTEN = 2

/** One sentence for each thing that should not be. */
export async function faultsInLog(database: Connection, author: Author, witness: Witness): Promise<string[]> {
  const found = (database.pragma('integrity_check') as { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((answer) => answer !== 'ok')
  const feeds = database.prepare('SELECT * FROM feeds').all() as FeedRow[]
  for (const feed of feeds) found.push(...faultsInFeed(database, feed))
  found.push(...(await faultsInMessages(database, witness)))
  found.push(...faultsInOwnFeed(database, author, witness), ...lostImports(database, author, witness))
  return [...found, ...witness.contradictions]
}

/** Every sequence up to the head is either held, once, or known not to be; and what is held is chained. */
function faultsInFeed(database: Connection, { id, head, head_hash, forked_at }: FeedRow): string[] {
  const messages = messagesOf(database, id)
  const holes = database.prepare('SELECT * FROM holes WHERE feed = ? ORDER BY first').all(id) as HoleRow[]
  const found: string[] = []
  if (forked_at !== null) found.push(`feed ${id} is forked at ${forked_at}`)
  const places = [
    ...messages.map(({ sequence }) => ({ first: sequence, last: sequence })),
    ...holes.map(({ first, last }) => ({ first, last })),
  ].sort((one, other) => one.first - other.first)
  let next = 1
  for (const { first, last } of places) {
    if (first !== next) found.push(`feed ${id} should go on at ${next} and does at ${first}`)
    next = last + 1
  }
  if (next !== head + 1) found.push(`feed ${id} ends at ${next - 1}, its head says ${head}`)
  const last = messages.at(-1)
  if (last?.sequence === head && !last.hash.equals(head_hash ?? Buffer.alloc(0)))
    found.push(`feed ${id} has another hash at its head ${head}`)
  return [...found, ...brokenLinks(id, messages)]
}

function brokenLinks(feed: number, messages: readonly MessageRow[]): string[] {
  return messages.slice(1).flatMap((message, index) => {
    const before = messages[index] as MessageRow // As: one index less.
    if (before.sequence !== message.sequence - 1) return []
    const { previous } = JSON.parse(message.text) as { previous: string }
    if (previous !== before.hash.toString('hex')) return [`feed ${feed} is broken before ${message.sequence}`]
    return message.linked === 1 ? [] : [`feed ${feed} is whole before ${message.sequence}, and marked as gapped`]
  })
}

/** Hash and signature of what is new since the last look. */
async function faultsInMessages(database: Connection, witness: Witness): Promise<string[]> {
  const rows = database
    .prepare('SELECT offset, hash, signature, text FROM entries WHERE kind = 0 AND offset > ?')
    .all(witness.checkedOffset) as MessageRow[]
  const answers = await Promise.all(rows.map(faultInMessage))
  witness.checkedOffset = Math.max(witness.checkedOffset, ...rows.map(({ offset }) => offset))
  return answers.filter((answer) => answer !== undefined)
}

async function faultInMessage({ offset, hash, signature, text }: MessageRow): Promise<string | undefined> {
  const message = openItem({ text: Buffer.from(text), signature })
  if (message.hash !== hash.toString('hex')) return `offset ${offset} has another hash than its text`
  return (await verifySignature(message)) ? undefined : `offset ${offset} is not what its author signed`
}

/** No policy is about it: it is whole, and holds what was acknowledged where it was acknowledged. */
function faultsInOwnFeed(database: Connection, author: Author, { published }: Witness): string[] {
  const feed = database.prepare('SELECT id FROM feeds WHERE key = ?').pluck().get(keyFromAuthor(author)) as number
  const held = feed === undefined ? [] : messagesOf(database, feed)
  const hashes = new Map(held.map(({ sequence, hash }) => [sequence, hash.toString('hex')]))
  const lost = [...published].filter(([sequence, hash]) => hashes.get(sequence) !== hash)
  // Forgotten is what its author has forgotten, and nothing else of ours may be away.
  const gap = database.prepare('SELECT first FROM holes WHERE feed = ? AND reason <> ?').pluck().get(feed, FORGOTTEN)
  return [
    ...lost.map(
      ([sequence, hash]) => `our message ${sequence} was acknowledged as ${hash}, and is ${hashes.get(sequence)}`,
    ),
    ...(gap === undefined ? [] : [`our own feed has a gap at ${gap}`]),
  ]
}

/** What an import was answered for is held, or was swept since. */
function lostImports(database: Connection, author: Author, { imported }: Witness): string[] {
  const held = new Set(database.prepare('SELECT lower(hex(hash)) FROM entries WHERE kind = 0').pluck().all())
  const gone = [...imported].filter((hash) => !held.has(hash))
  const swept = database
    .prepare(
      'SELECT coalesce(sum(last - first + 1), 0) FROM holes WHERE reason = ? AND feed <> coalesce((SELECT id FROM feeds WHERE key = ?), 0)',
    )
    .pluck()
    .get(FORGOTTEN, keyFromAuthor(author)) as number
  return gone.length <= swept ? [] : [`${gone.length} imported messages are gone, and only ${swept} were swept`]
}

function messagesOf(database: Connection, feed: number): MessageRow[] {
  return database
    .prepare('SELECT * FROM entries WHERE kind = 0 AND feed = ? ORDER BY sequence')
    .all(feed) as MessageRow[]
}
