// How far our own feed had come, written down beside the key. A database that ends before it has lost something (it was moved away, is an old
// copy, or its WAL is torn), and going on from there would fork the feed.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Author } from '../../feed/index.ts'

const LATEST_FILE = 'latest'

/** How often the end of our feed is looked at. What was said since is not written down yet: the file never says more than was true. */
const LOOK_MS = 1_000

/** The sequence, and whose it is. */
const CONTENT = /^(?<sequence>\d{1,16}) (?<author>\S+)\n$/

/** The file of one identity. What it does not say costs safety and nothing else, so it refuses nothing. */
export class LatestSequence {
  readonly #path: string
  readonly #author: Author
  #written: number
  #head: () => number | undefined = () => undefined
  #timer: NodeJS.Timeout | undefined

  /** @param directory - of the key */
  constructor(directory: string, author: Author) {
    this.#path = join(directory, LATEST_FILE)
    this.#author = author
    this.#written = readSequence(this.#path, author)
  }

  /** As far as it is known, our feed had come to here; 0 when nothing is. */
  get sequence(): number {
    return this.#written
  }

  /**
   * Keeps the file up to date.
   *
   * @param head - the sequence at the end of our feed; undefined while that is not the end of all that we said
   */
  follow(head: () => number | undefined): void {
    this.#head = head
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref()
  }

  /** Writes down how far it came in the end. To be called while the log can be asked; safe to call twice. */
  close(): void {
    clearInterval(this.#timer)
    const head = this.#news()
    if (head === undefined) return
    try {
      writeFileSync(this.#draft, this.#content(head), { mode: 0o600 })
      renameSync(this.#draft, this.#path)
    } catch {
      // A full disk: the file says less than it could.
    }
  }

  async #look(): Promise<void> {
    try {
      const head = this.#news()
      if (head === undefined) return
      // Not flushed: a power cut may take it, and then less is known.
      await writeFile(this.#draft, this.#content(head), { mode: 0o600 })
      await rename(this.#draft, this.#path)
    } catch {
      // A full disk, or the log just closed.
    }
  }

  #news(): number | undefined {
    const head = this.#head()
    return head === this.#written ? undefined : head
  }

  #content(head: number): string {
    this.#written = head
    return `${head} ${this.#author}\n`
  }

  get #draft(): string {
    return `${this.#path}.new`
  }
}

/** Whoever runs this node knows that nobody holds more of our feed than the database will. */
export function forgetLatestSequence(directory: string): void {
  rmSync(join(directory, LATEST_FILE), { force: true })
}

function readSequence(path: string, author: Author): number {
  try {
    const { groups } = CONTENT.exec(readFileSync(path, 'utf8')) ?? {}
    return groups?.author === author ? Number(groups.sequence) : 0
  } catch {
    return 0
  }
}
