// What doctor asks of the databases: whether their pages are whole, whether messages are what their hashes, links and signatures say, and
// whether search holds the messages of the log. Reads alone.

import { hash as digest } from 'node:crypto'
import { authorFromKey, verifySignature } from '../../feed/index.ts'
import { openReadOnly } from '../database.ts'
import { hexOf, previousIn } from '../log/log-rows.ts'
import { refuseUnknown } from '../migrate.ts'
import { findingsIn } from './integrity.ts'
import type { Connection } from '../database.ts'

/** Messages whose text is hashed again, the newest: what a crash could have spoiled. Some hundred milliseconds. */
const MESSAGES_REHASHED_MAX = 20_000

/** Of those, messages whose signature is checked again. */
const SIGNATURES_CHECKED_MAX = 500

/** Messages told of that are not what they should be. */
const BROKEN_TOLD_MAX = 10

/** A message that is not what its author signed, and what gave it away. */
export interface BrokenMessage {
  author: string
  sequence: number
  why: 'hash' | 'link' | 'signature'
}

/** What was found in the log's database. */
export interface LogInspection {
  /** What SQLite says of pages; empty when they are whole. */
  damage: string[]
  messages: number
  rehashed: number
  broken: BrokenMessage[]
}

/** What was found in the database of the projections. */
export interface ProjectionsInspection {
  /** Whether it was folded from this log. */
  isOfThisLog: boolean
  damage: string[]
  /** Entries of the log that search has not folded yet. */
  lag: number
  /** Messages in the log, in the list of search, and in its index; they are equal when nothing lags. */
  messages: { inLog: number; listed: number; indexed: number }
}

/** @throws StoreError `STORE_TOO_NEW`, `STORE_FOREIGN`, or what SQLite throws */
export async function inspectLog(path: string): Promise<LogInspection> {
  const damage = findingsIn(path)
  const database = openReadOnly(path)
  try {
    refuseUnknown(database, path)
    const messages = countOf(database, 'SELECT count(*) FROM entries WHERE kind = 0')
    if (damage.length > 0) return { damage, messages, rehashed: 0, broken: [] }
    const rows = newestMessages(database)
    const broken = [...rows.flatMap((row) => brokenLink(database, row) ?? []), ...(await badSignatures(rows))]
    return { damage, messages, rehashed: rows.length, broken: broken.slice(0, BROKEN_TOLD_MAX) }
  } finally {
    database.close()
  }
}

/** @throws what SQLite throws, for a file that is none of ours */
export function inspectProjections(path: string, projections: string): ProjectionsInspection {
  const damage = findingsIn(projections)
  const database = openReadOnly(path)
  try {
    database.prepare('ATTACH ? AS folded').run(projections)
    // One moment for each of the two files, the log's first: what search has folded up to its end is then all that is compared.
    return database.transaction(() => compare(database, damage))()
  } finally {
    database.close()
  }
}

function compare(database: Connection, damage: string[]): ProjectionsInspection {
  const end = countOf(database, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'entries'")
  const inLog = countOf(database, 'SELECT count(*) FROM entries WHERE kind = 0')
  const store = database.prepare("SELECT value FROM settings WHERE name = 'store'").pluck().get()
  const cursor = countOf(database, "SELECT coalesce(max(offset), 0) FROM folded.cursors WHERE reader = 'search'")
  const listed = countOf(database, 'SELECT count(*) FROM folded.search_messages')
  const indexed = countOf(database, 'SELECT count(*) FROM folded.search_index_docsize')
  const isOfThisLog = database.prepare('SELECT store FROM folded.folded').pluck().get() === store
  return { isOfThisLog, damage, lag: end - cursor, messages: { inLog, listed, indexed } }
}

interface MessageRow {
  feed: number
  sequence: number
  linked: number
  key: Buffer
  hash: Buffer
  signature: Buffer
  text: string
}

function newestMessages(database: Connection): MessageRow[] {
  const newest = database.prepare<[number], MessageRow>(
    `SELECT feed, sequence, linked, key, hash, signature, text FROM entries JOIN feeds ON feeds.id = feed
     WHERE kind = 0 ORDER BY offset DESC LIMIT ?`,
  )
  return newest.all(MESSAGES_REHASHED_MAX)
}

function brokenLink(
  database: Connection,
  { feed, sequence, linked, key, hash, text }: MessageRow,
): BrokenMessage | undefined {
  const place = { author: authorFromKey(key), sequence }
  if (digest('sha256', text, 'hex') !== hexOf(hash)) return { ...place, why: 'hash' }
  if (linked !== 1 || sequence === 1) return undefined
  const before = database
    .prepare<[number, number], Buffer>('SELECT hash FROM entries WHERE kind = 0 AND feed = ? AND sequence = ?')
    .pluck()
    .all(feed, sequence - 1) as Buffer[] // As: pluck gives the one column.
  const isLinked = before.length === 0 || before.some((one) => hexOf(one) === previousIn(text))
  return isLinked ? undefined : { ...place, why: 'link' }
}

async function badSignatures(rows: readonly MessageRow[]): Promise<BrokenMessage[]> {
  const checked = rows.slice(0, SIGNATURES_CHECKED_MAX).map(async ({ key, sequence, hash, signature }) => {
    const author = authorFromKey(key)
    const isValid = await verifySignature({ author, hash: hexOf(hash), signature })
    return isValid ? [] : [{ author, sequence, why: 'signature' as const }]
  })
  return (await Promise.all(checked)).flat()
}

function countOf(database: Connection, sql: string): number {
  return database.prepare(sql).pluck().get() as number // As: it counts.
}
