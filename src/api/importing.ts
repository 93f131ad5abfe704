// Messages that whoever runs this node brings along, on their way into the log: some are read in each turn of the event loop, in the order in which
// they came, though several requests are under way at once.

import { setImmediate } from 'node:timers/promises'
import { FeedError, itemOfSignedText } from '../feed/index.ts'
import { KeyedMutex } from '../util/index.ts'
import type { FeedErrorCode, Item } from '../feed/index.ts'
import type { IngestResult, Log } from '../log/index.ts'

/** Messages that are read in one turn of the event loop: a few milliseconds. */
const READ_TOGETHER = 128

/** Takes one request after the other. */
export class Importing {
  readonly #log: Pick<Log, 'ingest'>
  readonly #mutex = new KeyedMutex<'reading'>()

  constructor({ log }: { log: Pick<Log, 'ingest'> }) {
    this.#log = log
  }

  /**
   * The answer to each message, in their order. What comes next is read while these are checked.
   *
   * @throws as `log.ingest`
   */
  async take(messages: readonly string[]): Promise<IngestResult[]> {
    const answers = await this.#mutex.run('reading', () => this.#read(messages))
    return (await Promise.all(answers)).flat()
  }

  async #read(messages: readonly string[]): Promise<Promise<IngestResult[]>[]> {
    const answers: Promise<IngestResult[]>[] = []
    for (let at = 0; at < messages.length; at += READ_TOGETHER) {
      const some = this.#takeSome(messages.slice(at, at + READ_TOGETHER))
      // What it throws is thrown to who asked.
      some.catch(() => {})
      answers.push(some)
      await setImmediate()
    }
    return answers
  }

  async #takeSome(messages: readonly string[]): Promise<IngestResult[]> {
    const read = messages.map(readItem)
    const items = read.filter((one) => 'item' in one).map(({ item }) => item)
    const taken = await this.#log.ingest(items, undefined)
    return read.map((one) => ('error' in one ? one : (taken.shift() as IngestResult))) // As: one answer for each item.
  }
}

function readItem(line: string): { item: Item } | { error: FeedErrorCode } {
  try {
    return { item: itemOfSignedText(line) }
  } catch (error) {
    if (error instanceof FeedError) return { error: error.code }
    throw error
  }
}
