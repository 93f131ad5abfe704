// Memories that stay on this machine, and the index of their words.

import { storeErrorFrom } from '../errors.ts'
import type {
  LocalFilters,
  LocalHit,
  LocalMemory,
  LocalMemoryStore,
  LocalPlace,
  LocalRecord,
} from '../../memory/index.ts'
import type { Connection } from '../database.ts'
import type { Query, Reader } from '../reader.ts'

interface Columns {
  number: number
  content: string
  tags: string
  expires_at: number | null
  created_at: number
  updated_at: number
}

/** {@link LocalMemoryStore} on SQLite. Writing throws StoreError. */
export class SqliteLocalMemoryStore implements LocalMemoryStore {
  readonly #database: Connection
  readonly #reader: Reader
  readonly #sql: ReturnType<typeof prepareStatements>

  constructor(database: Connection, reader: Reader) {
    this.#database = database
    this.#reader = reader
    this.#sql = prepareStatements(database)
  }

  count(): number {
    return (this.#sql.count.get() as { count: number }).count // As: the columns of the statement.
  }

  get(number: number): LocalMemory | undefined {
    return this.#one(this.#sql.get.get(number))
  }

  saying(said: string, now: number): LocalMemory | undefined {
    return this.#one(this.#sql.saying.get(bytesOf(said), now))
  }

  add(record: LocalRecord, now: number): LocalMemory {
    return this.#write(() => {
      const { lastInsertRowid } = this.#sql.add.run({ ...columnsOf(record), now })
      const number = Number(lastInsertRowid)
      this.#index(number, record)
      const { content, tags, expiresAt } = record
      return { number, content, tags, expiresAt, createdAt: now, updatedAt: now }
    })
  }

  replace(number: number, record: LocalRecord, now: number): LocalMemory | undefined {
    return this.#write(() => {
      if (this.#sql.replace.run({ ...columnsOf(record), number, now }).changes === 0) return undefined
      this.#sql.unindex.run(number)
      this.#index(number, record)
      return this.get(number)
    })
  }

  remove(number: number): boolean {
    return this.#write(() => {
      this.#sql.unindex.run(number)
      return this.#sql.remove.run(number).changes > 0
    })
  }

  removeExpired(now: number, limit: number): number {
    // Most sweeps find none, and write nothing.
    if (this.#sql.expired.get(now, 1) === undefined) return 0
    return this.#write(() => {
      const numbers = this.#sql.expired.all(now, limit)
      for (const number of numbers) {
        this.#sql.unindex.run(number)
        this.#sql.remove.run(number)
      }
      return numbers.length
    })
  }

  async page(filters: LocalFilters, after: LocalPlace | undefined, limit: number): Promise<LocalMemory[]> {
    const { sql, parameters } = passing(filters)
    const { time, number } = after ?? START
    const page = `SELECT ${COLUMNS} FROM local_memories WHERE ${sql} AND (updated_at, number) < (?, ?)
      ORDER BY updated_at DESC, number DESC LIMIT ?`
    const rows = await this.#reader.read<Columns>(page, ...parameters, time, number, limit)
    return rows.map(memoryFrom)
  }

  async countOf(filters: LocalFilters): Promise<number> {
    const { sql, parameters } = passing(filters)
    const counting = `SELECT count(*) AS count FROM local_memories WHERE ${sql}`
    const [row] = await this.#reader.read<{ count: number }>(counting, ...parameters)
    return row?.count ?? 0
  }

  async search(match: string, filters: LocalFilters, limit: number): Promise<LocalHit[]> {
    if (match === '') return []
    const { sql, parameters } = passing(filters)
    const ranking = `SELECT ${COLUMNS}, -bm25(local_memory_words, 4, 2, 1) AS score,
        snippet(local_memory_words, -1, '[', ']', '…', ${SNIPPET_WORDS}) AS snippet
      FROM local_memory_words JOIN local_memories ON number = local_memory_words.rowid
      WHERE local_memory_words MATCH ? AND ${sql} ORDER BY score DESC, number DESC LIMIT ?`
    const rows = await this.#reader.read<Columns & Omit<LocalHit, 'memory'>>(ranking, match, ...parameters, limit)
    return rows.map((row) => ({ memory: memoryFrom(row), score: row.score, snippet: onOneLine(row.snippet) }))
  }

  #one(row: unknown): LocalMemory | undefined {
    return row === undefined ? undefined : memoryFrom(row as Columns) // As: the columns of the statement.
  }

  #index(number: number, { words: { title, text, rest } }: LocalRecord): void {
    this.#sql.index.run(number, title, text, rest)
  }

  #write<T>(work: () => T): T {
    try {
      return this.#database.transaction(work).immediate()
    } catch (error) {
      throw storeErrorFrom(error, this.#database.name)
    }
  }
}

const COLUMNS = 'number, content, tags, expires_at, created_at, updated_at'

/** Words of a snippet. */
const SNIPPET_WORDS = 24

/** Before everything, in an order that falls. */
const START: LocalPlace = { time: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER }

const UNEXPIRED = '(expires_at IS NULL OR expires_at > ?)'

function passing({ now, category, project, agent, tag, since }: LocalFilters): Query {
  const conditions = [
    ['category = ?', category],
    ['project = ?', project],
    ['agent = ?', agent],
    ['EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)', tag],
    ['updated_at >= ?', since],
  ] as const
  const asked = conditions.filter(([, value]) => value !== undefined)
  return {
    sql: [UNEXPIRED, ...asked.map(([condition]) => condition)].join(' AND '),
    parameters: [now, ...asked.flatMap(([, value]) => value ?? [])],
  }
}

function memoryFrom({ number, content, tags, expires_at, created_at, updated_at }: Columns): LocalMemory {
  return {
    number,
    content,
    tags: JSON.parse(tags) as string[], // As: written below.
    expiresAt: expires_at ?? undefined,
    createdAt: created_at,
    updatedAt: updated_at,
  }
}

function columnsOf({ content, tags, category, project, agent, said, expiresAt }: LocalRecord) {
  return {
    content,
    tags: JSON.stringify(tags),
    category,
    project: project ?? null,
    agent: agent ?? null,
    said: bytesOf(said),
    expiresAt: expiresAt ?? null,
  }
}

function bytesOf(said: string): Uint8Array {
  return Buffer.from(said, 'hex')
}

function onOneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}

function prepareStatements(database: Connection) {
  return {
    count: database.prepare('SELECT count(*) AS count FROM local_memories'),
    get: database.prepare(`SELECT ${COLUMNS} FROM local_memories WHERE number = ?`),
    saying: database.prepare(
      `SELECT ${COLUMNS} FROM local_memories WHERE said = ? AND ${UNEXPIRED} ORDER BY updated_at DESC, number DESC LIMIT 1`,
    ),
    add: database.prepare(
      `INSERT INTO local_memories (content, tags, category, project, agent, said, expires_at, created_at, updated_at)
       VALUES (:content, :tags, :category, :project, :agent, :said, :expiresAt, :now, :now)`,
    ),
    replace: database.prepare(
      `UPDATE local_memories SET content = :content, tags = :tags, category = :category, project = :project, agent = :agent,
       said = :said, expires_at = :expiresAt, updated_at = :now WHERE number = :number`,
    ),
    remove: database.prepare('DELETE FROM local_memories WHERE number = ?'),
    expired: database
      .prepare<[number, number], number>(
        'SELECT number FROM local_memories WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
      )
      .pluck(),
    index: database.prepare('INSERT INTO local_memory_words (rowid, title, text, rest) VALUES (?, ?, ?, ?)'),
    unindex: database.prepare('DELETE FROM local_memory_words WHERE rowid = ?'),
  }
}
