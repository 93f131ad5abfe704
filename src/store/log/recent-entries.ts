// The last messages that were appended, as entries: readers at the end of the log (projections of a peer's stream, push, live streams) take
// them from here instead of reading each row once more.

import type { MessageEntry } from '../../log/index.ts'

/** More than arrives between two turns of a reader that keeps up; who is further behind reads rows. */
const ENTRIES_KEPT_MAX = 2_048

/** Of text, so that the longest messages do not take 128 MiB. */
const CHARACTERS_KEPT_MAX = 4 * 1024 * 1024

/** A stretch of the log without gaps, up to its end. */
export class RecentEntries {
  #entries: MessageEntry[] = []
  #characters = 0

  /** Takes what was appended at the end of the log. */
  add(entry: MessageEntry): void {
    const last = this.#entries.at(-1)
    if (last !== undefined && entry.offset !== last.offset + 1) this.clear()
    this.#entries.push(entry)
    this.#characters += entry.text.length
    if (this.#entries.length > ENTRIES_KEPT_MAX || this.#characters > CHARACTERS_KEPT_MAX) this.#forgetHalf()
  }

  /** To be called when what is remembered may be told otherwise by the rows, or is not the end of the log any more. */
  clear(): void {
    this.#entries = []
    this.#characters = 0
  }

  /** As `entriesAfter` of the log's store; undefined when the stretch does not begin early enough. */
  after(offset: number, limit: number, bytesMax: number): MessageEntry[] | undefined {
    const [first] = this.#entries
    if (first === undefined || offset < first.offset - 1) return undefined
    const start = offset - first.offset + 1
    let end = start
    for (let bytes = 0; end < this.#entries.length && end - start < limit && bytes < bytesMax; end++) {
      bytes += this.#entries[end]?.text.length ?? 0
    }
    return this.#entries.slice(start, end)
  }

  /** Half at a time, so that an append seldom moves the others. */
  #forgetHalf(): void {
    const gone = this.#entries.splice(0, Math.ceil(this.#entries.length / 2))
    for (const { text } of gone) this.#characters -= text.length
  }
}
