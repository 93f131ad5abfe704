// Reads that may take long, beside the main thread: one worker with a read-only connection answers SQL with rows.

import { Worker } from 'node:worker_threads'
import { storeErrorFrom } from './errors.ts'
import { registerFunctions } from './functions.ts'
import { projectionsDamaged } from './projection-damage.ts'
import { workerModule } from './worker-module.ts'
import type { Statement as SqliteStatement } from 'better-sqlite3'
import type { Connection } from './database.ts'
import type { StoreError } from './errors.ts'

/** A value that SQLite binds or answers. */
export type SqlValue = string | number | Uint8Array | null

/** One query with its parameters. */
export interface Query {
  sql: string
  parameters: readonly SqlValue[]
}

/**
 * Answers queries without holding the main thread.
 *
 * Callers write their own SQL, with every value bound. `readInTurn` runs several on one snapshot and answers the rows of the last;
 * the earlier ones may fill temporary tables.
 */
export interface Reader {
  read<Row>(sql: string, ...parameters: SqlValue[]): Promise<Row[]>
  readInTurn<Row>(queries: readonly Query[]): Promise<Row[]>
  close(): Promise<void>
}

/**
 * A reader for this database: a worker for a file, the same connection for one in memory, which nobody else can open.
 *
 * @param attached - another database file, whose tables it reads as well
 */
export function openReader(database: Connection, attached?: string): Reader {
  return database.memory ? new InlineReader(database) : new WorkerReader({ path: database.name, attached })
}

class InlineReader implements Reader {
  readonly #database: Connection

  constructor(database: Connection) {
    registerFunctions(database)
    this.#database = database
  }

  async read<Row>(sql: string, ...parameters: SqlValue[]): Promise<Row[]> {
    return this.readInTurn([{ sql, parameters }])
  }

  async readInTurn<Row>(queries: readonly Query[]): Promise<Row[]> {
    return runQueries(this.#database, queries) as Row[]
  }

  async close(): Promise<void> {}
}

interface Waiting {
  resolve: (rows: never[]) => void
  reject: (error: Error) => void
}

/** What the worker reads. */
export interface ReaderFiles {
  path: string
  attached: string | undefined
}

/** What the worker answers. */
export interface ReaderAnswer {
  id: number
  rows?: unknown[]
  /** `isAttached`: the other file is meant, and the broken page is there. */
  error?: { message: string; code: string; isAttached: boolean }
}

const CLOSED = 'The reader was closed.'

/** A worker that dies takes the reads that wait for it along; the next read starts another. */
class WorkerReader implements Reader {
  readonly #files: ReaderFiles
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #isClosed = false
  #nextId = 0

  constructor(files: ReaderFiles) {
    this.#files = files
    this.#worker = this.#startWorker()
  }

  read<Row>(sql: string, ...parameters: SqlValue[]): Promise<Row[]> {
    return this.readInTurn([{ sql, parameters }])
  }

  readInTurn<Row>(queries: readonly Query[]): Promise<Row[]> {
    if (this.#isClosed) return Promise.reject(storeErrorFrom(new Error(CLOSED), this.#files.path))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#startWorker()
      this.#waiting.set(id, { resolve, reject })
      // Keeps the process alive exactly while an answer is owed.
      this.#worker.ref()
      this.#worker.postMessage({ id, queries })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
  }

  #startWorker(): Worker {
    const worker = new Worker(workerModule('reader-worker'), { workerData: this.#files })
    worker.on('message', (answer: ReaderAnswer) => this.#answered(answer))
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, new Error(this.#isClosed ? CLOSED : 'The reader ended unexpectedly.')))
    worker.unref()
    return worker
  }

  #answered({ id, rows, error }: ReaderAnswer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (error === undefined) waiting?.resolve(rows as never[])
    else waiting?.reject(this.#refusal(error))
  }

  #refusal({ message, code, isAttached }: NonNullable<ReaderAnswer['error']>): StoreError {
    const { path, attached } = this.#files
    const error = Object.assign(new Error(message), { code })
    return isAttached && attached !== undefined ? projectionsDamaged(attached, error) : storeErrorFrom(error, path)
  }

  /** `error` is followed by `exit`, when another worker may be at work already. Nothing is tried again here: a read is lost once. */
  #lost(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(storeErrorFrom(error, this.#files.path))
    this.#waiting.clear()
  }
}

/** Runs queries on one snapshot and answers the rows of the last. */
export function runQueries(database: Connection, queries: readonly Query[]): unknown[] {
  const inTurn = database.transaction(() => {
    let rows: unknown[] = []
    for (const { sql, parameters } of queries) {
      const statement = prepared(database, sql)
      if (statement.reader) rows = statement.all(...parameters)
      else statement.run(...parameters)
    }
    return rows
  })
  return inTurn()
}

type Statement = SqliteStatement<SqlValue[]>
const statements = new WeakMap<Connection, Map<string, Statement>>()

/** Callers build their SQL from a few fixed parts, so the distinct texts are few; this only guards against a mistake. */
const STATEMENTS_KEPT_MAX = 500

function prepared(database: Connection, sql: string): Statement {
  const known = statements.get(database) ?? new Map<string, Statement>()
  statements.set(database, known)
  const statement = known.get(sql) ?? database.prepare<SqlValue[]>(sql)
  if (known.size >= STATEMENTS_KEPT_MAX) known.clear()
  known.set(sql, statement)
  return statement
}
