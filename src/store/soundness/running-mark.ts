// Whether the node before this one stopped in order: a file that stands in the data directory from start to stop.

import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { storeErrorFrom } from '../errors.ts'

const MARK_FILE = 'running'

/** The mark of this node. */
export class RunningMark {
  /** The mark of another node was still there: it was killed, or the power failed, and whether its files are whole nobody knows. */
  readonly wasLeft: boolean
  readonly #path: string

  /** The directory must be locked by the caller. */
  constructor(directory: string) {
    this.#path = join(directory, MARK_FILE)
    this.wasLeft = existsSync(this.#path)
  }

  /**
   * To be called when the database is open.
   *
   * @throws StoreError `STORE_UNWRITABLE`, `STORE_FULL`
   */
  set(): void {
    try {
      writeFileSync(this.#path, '')
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }

  /** To be called when everything is closed and known to be whole: what is not known to be is looked at by the next start. */
  remove(): void {
    rmSync(this.#path, { force: true })
  }
}
