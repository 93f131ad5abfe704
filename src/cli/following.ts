// Events on their way to a terminal or a script, one line each.

import { messageLine } from './message.ts'
import { plain, print, shortAuthor } from './output.ts'
import type { MessageData } from '../api/index.ts'
import type { EventStream, NodeEvent } from '../client/index.ts'

/** Prints a stream, and before it messages that it may bring once more. */
export class Following {
  readonly #events: EventStream
  readonly #coming: AsyncIterator<NodeEvent>
  readonly #lineOf: (event: NodeEvent) => string
  readonly #printed = new Set<string>()
  #first: Promise<IteratorResult<NodeEvent>> | undefined

  /** @param lineOf - what stands in the line of an event */
  constructor(events: EventStream, lineOf: (event: NodeEvent) => string) {
    this.#events = events
    this.#coming = events[Symbol.asyncIterator]()
    this.#lineOf = lineOf
  }

  /** Resolves when whatever comes is told. */
  async opened(): Promise<void> {
    this.#first ??= this.#coming.next()
    await Promise.race([this.#events.opened, this.#first])
  }

  print(message: MessageData): void {
    this.#printed.add(message.hash)
    print(this.#lineOf({ type: 'message', id: '', data: message }))
  }

  /** Prints what comes for as long as it comes. */
  async end(): Promise<void> {
    await this.opened()
    for (let next = await this.#first; next !== undefined && !next.done; next = await this.#coming.next()) {
      const { value: event } = next
      if (event.type !== 'message' || !this.#printed.delete(event.data.hash)) print(this.#lineOf(event))
    }
  }
}

/** For a person. */
export function eventLine(event: NodeEvent): string {
  switch (event.type) {
    case 'message':
      return messageLine(event.data, Date.now())
    case 'gap': {
      const { author, from, to } = event.data
      return `-- ${from} to ${to} of ${shortAuthor(author)} were forgotten here`
    }
    case 'reset':
      return `-- ${plain(event.data.last_event_id)} is no place in this log: what comes from now on follows`
  }
}
