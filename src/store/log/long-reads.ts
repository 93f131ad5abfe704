// Questions about the log that may take long: the reader answers them beside the main thread.

import { keyFromAuthor } from '../../feed/index.ts'
import { keyList, keysOf, sqlFor } from './feed-filter.ts'
import { checkOf, headOf } from './log-rows.ts'
import { COUNTS_OF, ENTRIES_AT, FORGOTTEN_COUNT, FORKS, HEADS, HELD_AT, TAGGED, VALUES_AT } from './log-statements.ts'
import type { Author } from '../../feed/index.ts'
import type {
  Head,
  HeadsQuery,
  HeldAt,
  MessageEntry,
  StoreCounts,
  StoreCursor,
  TaggedPage,
  TaggedQuery,
  ValueAt,
} from '../../log/index.ts'
import type { Reader } from '../reader.ts'
import type { EntryRows } from './entry-rows.ts'
import type { EntryColumns, HeadColumns, HeldColumns } from './log-rows.ts'

/** Offsets that one page of messages by tag looks at: some ten milliseconds of the reader, which others wait for. */
const TAGGED_SPAN = 4_096

/** Messages in one such page: a few times what one frame takes, and no more than 8 MiB of the largest. */
const TAGGED_ROWS_MAX = 64

/** The hash of an entry; null of a mark. */
export type HashColumn = Pick<EntryColumns, 'hash'>

/** The part of the log's store that asks the reader. */
export class LongReads {
  readonly #reader: Reader
  readonly #entries: EntryRows
  readonly #hashAt: (offset: number) => HashColumn | undefined

  /** @param hashAt - of the entry at an offset, which takes microseconds */
  constructor(reader: Reader, entries: EntryRows, hashAt: (offset: number) => HashColumn | undefined) {
    this.#reader = reader
    this.#entries = entries
    this.#hashAt = hashAt
  }

  async countsOf(authors: readonly Author[]): Promise<StoreCounts> {
    const [row] = await this.#reader.read<StoreCounts>(COUNTS_OF, keyList(authors))
    if (row === undefined) throw new Error('An aggregate answers one row.')
    return row
  }

  async entriesAt(offsets: readonly number[]): Promise<MessageEntry[]> {
    const rows = await this.#reader.read<EntryColumns>(ENTRIES_AT, JSON.stringify(offsets))
    return rows.flatMap((row) => this.#entries.readable(row) ?? [])
  }

  async heldAt(offsets: readonly number[]): Promise<HeldAt[]> {
    const rows = await this.#reader.read<HeldColumns>(HELD_AT, JSON.stringify(offsets))
    return rows.map((row) => this.#heldIn(row))
  }

  async valuesAt(offsets: readonly number[], path: string): Promise<ValueAt[]> {
    const rows = await this.#reader.read<HeldColumns & { value: string | null }>(
      VALUES_AT,
      `$.content${path.slice(1)}`,
      JSON.stringify(offsets),
    )
    return rows.map((row) => ({ ...this.#heldIn(row), value: row.value }))
  }

  async forgottenCount(): Promise<number> {
    const [row] = await this.#reader.read<{ count: number }>(FORGOTTEN_COUNT)
    return row?.count ?? 0
  }

  /** Messages by tag, a page of the offsets at a time. */
  async tagged({ tags, after, upTo, without, bytesMax, now }: TaggedQuery): Promise<TaggedPage> {
    const end = Math.min(upTo, after + TAGGED_SPAN)
    const rows = await this.#reader.read<EntryColumns>(
      TAGGED,
      after,
      end,
      keyList(without),
      JSON.stringify(tags),
      now,
      TAGGED_ROWS_MAX,
    )
    const messages: MessageEntry[] = []
    let bytes = 0
    for (const row of rows) {
      if (bytes >= bytesMax) return { messages, upTo: this.#cursorAt(messages.at(-1)?.offset ?? after) }
      const message = this.#entries.readable(row)
      if (message === undefined) continue
      messages.push(message)
      bytes += row.text.length
    }
    const isWhole = rows.length < TAGGED_ROWS_MAX
    return { messages, upTo: this.#cursorAt(isWhole ? end : (messages.at(-1)?.offset ?? end)) }
  }

  async heads({ arrivedAfter, after, limit, feeds }: HeadsQuery): Promise<Head[]> {
    const afterKey = after === undefined ? Buffer.alloc(0) : keyFromAuthor(after)
    const sql = sqlFor(HEADS, feeds)
    return (await this.#reader.read<HeadColumns>(sql, ...keysOf(feeds), arrivedAfter, afterKey, limit)).map(headOf)
  }

  async forks(limit: number): Promise<Head[]> {
    return (await this.#reader.read<HeadColumns>(FORKS, limit)).map(headOf)
  }

  #heldIn({ offset, feed, sequence, bytes }: HeldColumns): HeldAt {
    return { offset, author: this.#entries.authorOf(feed), sequence, bytes }
  }

  #cursorAt(offset: number): StoreCursor {
    return { offset, check: checkOf(this.#hashAt(offset)?.hash) }
  }
}
