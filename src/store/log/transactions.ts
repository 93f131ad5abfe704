// The log's transactions on its one connection that writes. A refusal of SQLite becomes an error of the store, and whoever watches over the
// database is told of it.

import { isSqliteError, storeErrorFrom } from '../errors.ts'
import { commitLazily, WalFlusher } from './wal-flusher.ts'
import type { Connection } from '../database.ts'
import type { StoreErrorCode } from '../errors.ts'
import type { StoreWatch } from '../soundness/soundness.ts'

/** What concerns more than the call that met it. A full disk is looked after by itself: `disk-space.ts`. */
const TOLD: ReadonlySet<StoreErrorCode> = new Set(['STORE_DAMAGED', 'STORE_DISK_FAILED', 'STORE_UNWRITABLE'])

/** Writes and reads of one database. */
export class Transactions {
  readonly #database: Connection
  readonly #watch: StoreWatch | undefined
  readonly #flusher: WalFlusher

  constructor(database: Connection, watch: StoreWatch | undefined) {
    this.#database = database
    this.#watch = watch
    this.#flusher = new WalFlusher(database.name)
  }

  /**
   * On disk when it returns.
   *
   * @param undo - puts back what `work` has changed in memory, when it fails
   * @throws StoreError when SQLite refuses; whatever `work` throws
   */
  run<T>(work: () => T, undo: () => void): T {
    try {
      const outcome = this.#database.transaction(work).immediate()
      this.#watch?.wrote()
      return outcome
    } catch (error) {
      undo()
      throw this.#translated(error)
    }
  }

  /** The same, on disk a moment later. */
  runLazily<T>(work: () => T, undo: () => void): T {
    return commitLazily(this.#database, this.#flusher, () => this.run(work, undo))
  }

  /** Outside of any transaction. */
  read<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw this.#translated(error)
    }
  }

  #translated(error: unknown): unknown {
    if (!isSqliteError(error)) return error
    const refusal = storeErrorFrom(error, this.#database.name)
    if (TOLD.has(refusal.code)) this.#watch?.refused(refusal)
    return refusal
  }
}
