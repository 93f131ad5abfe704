// The contract of a projection: a fold of the log into tables that can be dropped and replayed at any time.

import type { ForgottenEntry, ForkedEntry, MessageEntry } from '../log/index.ts'

/** What a projection sees: messages that are in effect, and marks that take effect away. */
export type ProjectedEntry = MessageEntry | ForkedEntry | ForgottenEntry

/** Whether an entry is folded in whole, or wants another call: see {@link Projection.apply}. */
export type Progress = 'done' | 'more'

/**
 * A reader of the log that keeps tables.
 *
 * The law that every projection obeys: the same set of entries, in any order and with any repeats, leaves the same rows (apart from
 * offsets, which are arrival order). Folds never read a clock and never ask the network.
 */
export interface Projection {
  /** Names its cursor; also the prefix of its tables. */
  readonly name: string
  /** Raised when tables or fold change: the runner then calls `reset` and replays. */
  readonly version: number
  /** Drops the tables and makes them anew, empty. */
  reset(): void
  /**
   * Folds one entry in. Runs inside a transaction together with the cursor; throwing stops this projection alone.
   *
   * A mark may concern thousands of messages. It is then worked off in steps of a millisecond or two: `more` asks to be called again
   * with the same entry, maybe in a later transaction.
   */
  apply(entry: ProjectedEntry): Progress
  /** Called at the end of each transaction in which entries were applied, for what is done once for all of them. */
  settle?(): void
  /**
   * Does a part, some milliseconds long, of what it put off because it was too much for the transaction in which it came up, and answers
   * whether more is left. Called in transactions of its own, between the others: whoever waits for an offset does not wait for that.
   */
  work?(): Progress
}

/** How far readers have come. store/ implements it. */
export interface CursorStore {
  /** Undefined when this reader never ran. */
  cursor(reader: string): { version: number; offset: number } | undefined
  setCursor(reader: string, version: number, offset: number): void
  /** Damaged messages that this reader has passed over and not folded since, by offset. */
  passedOver(reader: string): number[]
  passOver(reader: string, offset: number): void
  /** It has been folded after all; without an offset, all are to come again. */
  forgetPassedOver(reader: string, offset?: number): void
  /**
   * Runs `work` as one transaction: whole or not at all. Its commit is not flushed by itself: what a power cut takes is folded again. Nested
   * calls join it. A refusal of the database is thrown as an error whose `cause` has SQLite's `code`.
   */
  transact<T>(work: () => T): T
}

/** A value that SQLite binds or answers. */
export type SqlValue = string | number | Uint8Array | null

/** A prepared statement, as far as projections use it. better-sqlite3's fits. */
export interface ProjectionStatement {
  /** Answers how many rows it changed. */
  run(...parameters: SqlValue[]): { changes: number }
  get(...parameters: SqlValue[]): unknown
  all(...parameters: SqlValue[]): unknown[]
  pluck(): ProjectionStatement
}

/** The connection a projection writes with. */
export interface ProjectionDatabase {
  exec(sql: string): unknown
  prepare(sql: string): ProjectionStatement
}

/** One query with its parameters. */
export interface Query {
  sql: string
  parameters: readonly SqlValue[]
}

/** Answers queries beside the main thread, on a read-only connection. */
export interface ProjectionReader {
  read<Row>(sql: string, ...parameters: SqlValue[]): Promise<Row[]>
  /** Several on one snapshot; answers the rows of the last. Earlier ones may fill temporary tables. */
  readInTurn<Row>(queries: readonly Query[]): Promise<Row[]>
}
