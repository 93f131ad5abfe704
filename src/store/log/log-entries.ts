// The log as another thread sees it: what is committed, on a connection of its own that can only read.

import { openReadOnly } from '../database.ts'
import { EntryRows } from './entry-rows.ts'
import type { Entry } from '../../log/index.ts'
import type { Connection } from '../database.ts'

/** Reads the entries of a database that another connection writes. */
export class LogEntries {
  readonly #database: Connection
  readonly #rows: EntryRows

  /** @param path - of a database that is open elsewhere */
  constructor(path: string) {
    this.#database = openReadOnly(path)
    this.#rows = new EntryRows(this.#database)
  }

  /** As of the log's store. */
  entriesAfter(offset: number, limit: number, bytesMax: number): Entry[] {
    return this.#rows.after(offset, limit, bytesMax)
  }

  /** As of the log's store. */
  readableAfter(offset: number, limit: number, bytesMax: number): Entry[] {
    return this.#rows.readableAfter(offset, limit, bytesMax)
  }

  close(): void {
    this.#database.close()
  }
}
