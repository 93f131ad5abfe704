// How much room is left on the disk of a data directory. A database that meets the end of a disk loses nothing, but everything around it
// stands still: so messages are refused a little before, and taken again when there is room.

import { statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { StoreError } from './errors.ts'
import type { StatsFs } from 'node:fs'
import type { Room } from '../log/index.ts'
import type { Logger } from '../logger.ts'

/** With less than this no more messages are taken: folding and writing back what is held still needs some. */
const ROOM_BYTES_MIN = 8 * 1024 * 1024

/** They are taken again from here on: a limit without a gap would be crossed back and forth. */
const ROOM_BYTES_AGAIN = 2 * ROOM_BYTES_MIN

/** How often it is looked at. In between a fast sync may write some ten MiB, and then SQLite itself refuses. */
const LOOK_MS = 1_000

/** {@link Room} of one directory. */
export class DiskSpace implements Room {
  readonly #directory: string
  readonly #timer: NodeJS.Timeout
  readonly #logger: Pick<Logger, 'info' | 'warn'>
  #isFull = false

  constructor(directory: string, logger: Pick<Logger, 'info' | 'warn'>) {
    this.#directory = directory
    this.#logger = logger
    this.#learn(statfsSync(directory))
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref()
  }

  get isFull(): boolean {
    return this.#isFull
  }

  refuseWhenFull(): void {
    if (!this.#isFull) return
    const mebibytes = ROOM_BYTES_MIN / 1024 / 1024
    const message = `Less than ${mebibytes} MiB are left on the disk of ${this.#directory}. Nothing was lost; free some space, and messages are taken again.`
    throw new StoreError('STORE_FULL', message, { path: this.#directory, room: ROOM_BYTES_MIN })
  }

  /** Safe to call twice. */
  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    try {
      this.#learn(await statfs(this.#directory))
    } catch {
      // A directory that is gone: whoever writes there next says so.
    }
  }

  #learn({ bavail, bsize }: StatsFs): void {
    const free = bavail * bsize
    const isFull = free < (this.#isFull ? ROOM_BYTES_AGAIN : ROOM_BYTES_MIN)
    if (isFull === this.#isFull) return
    this.#isFull = isFull
    const facts = { path: this.#directory, free }
    if (isFull) this.#logger.warn(facts, 'the disk is nearly full: no message is taken until some space is freed')
    else this.#logger.info(facts, 'there is room again: messages are taken')
  }
}
