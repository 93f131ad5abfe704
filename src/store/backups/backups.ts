// Copies of the log's database, made while it is in use. A worker makes them from one moment's view of the database: the main thread
// neither waits for the disk nor starts anew when something is written meanwhile.

import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { formatTimestamp } from '../../feed/index.ts'
import { DATABASE_FILE } from '../database.ts'
import { StoreError, storeErrorFrom } from '../errors.ts'
import { workerModule } from '../worker-module.ts'
import type { Connection } from '../database.ts'

/** Ends the name of a copy until it is whole. */
const UNFINISHED = '.part'

/** A copy that is whole and was checked. */
export interface Backup {
  /** The directory that holds it. */
  path: string
  bytes: number
  /** Milliseconds since 1970: what was committed by then is in it. */
  madeAt: number
}

/** Makes backups of one database, one at a time. */
export class Backups {
  readonly #database: Connection
  readonly #directory: string
  readonly #clock: () => number
  #worker: Worker | undefined

  /** @param directory - made with the first backup; each is a directory in it, named by its time */
  constructor(database: Connection, directory: string, clock: () => number) {
    this.#database = database
    this.#directory = directory
    this.#clock = clock
  }

  /**
   * It appears under its name when it is whole, checked and on disk.
   *
   * @throws StoreError `STORE_BACKUP_RUNNING`, `STORE_UNWRITABLE`, `STORE_FULL`, `STORE_DAMAGED`, `STORE_FAILED`
   */
  async make(): Promise<Backup> {
    if (this.#worker !== undefined) throw alreadyRunning()
    const madeAt = this.#clock()
    const path = join(this.#directory, nameOf(madeAt))
    const draft = path + UNFINISHED
    try {
      this.#removeUnfinished()
      mkdirSync(draft, { recursive: true, mode: 0o700 })
      await this.#copy(join(draft, DATABASE_FILE))
      renameSync(draft, path)
      return { path, bytes: statSync(join(path, DATABASE_FILE)).size, madeAt }
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      throw storeErrorFrom(error, path)
    }
  }

  /** Ends what is being made, which then leaves nothing behind. Safe to call twice. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  /** Of a process that was killed: one at a time is made, so nobody is at work on them. */
  #removeUnfinished(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#directory).filter(isUnfinished)) {
      rmSync(join(this.#directory, name), { recursive: true, force: true })
    }
  }

  async #copy(target: string): Promise<void> {
    const workerData = { source: this.#database.name, target }
    const worker = new Worker(workerModule('backups/backup-worker'), { workerData })
    this.#worker = worker
    try {
      await new Promise<void>((resolve, reject) => {
        worker.once('message', () => resolve())
        worker.once('error', reject)
        // Without a word before it, it was ended from outside, whatever its code.
        worker.once('exit', () => reject(new Error('The node stopped meanwhile.')))
      })
    } finally {
      this.#worker = undefined
    }
  }
}

/** Whether this is the place of a copy that was cut short, or is being made. */
export function isUnfinished(path: string): boolean {
  return resolve(path).endsWith(UNFINISHED)
}

/** `2026-11-27T16-30-00.123Z`: sorts by time, and every file system takes it. */
function nameOf(time: number): string {
  return formatTimestamp(time).replaceAll(':', '-')
}

function alreadyRunning(): StoreError {
  return new StoreError('STORE_BACKUP_RUNNING', 'A backup is being made already. Wait for it, then make the next one.')
}
