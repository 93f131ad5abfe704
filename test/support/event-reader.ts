// An event stream as a client has it: events one by one, in the order in which they came.

import { createParser } from 'eventsource-parser'

/** One event. */
export interface ReadEvent {
  id: string | undefined
  /** Undefined for a message. */
  event: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every shape.
  data: any
}

/** Reads a stream to wherever a test wants. */
export class EventReader {
  /** As a client keeps it: of the last event, or of an id alone. */
  lastEventId = ''
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  readonly #waiting: ReadEvent[] = []
  readonly #parser = createParser({
    onId: (id) => {
      this.lastEventId = id
    },
    onEvent: ({ id, event, data }) => this.#waiting.push({ id, event, data: JSON.parse(data) }),
  })

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader()
  }

  /** The next event; undefined when the stream has ended. */
  async next(): Promise<ReadEvent | undefined> {
    while (this.#waiting.length === 0) {
      if ((await this.piece()) === undefined) return undefined
    }
    return this.#waiting.shift()
  }

  /** So many events. */
  async take(count: number): Promise<ReadEvent[]> {
    const events: ReadEvent[] = []
    while (events.length < count) {
      const event = await this.next()
      if (event === undefined) break
      events.push(event)
    }
    return events
  }

  /** The next bytes as text; undefined when the stream has ended. */
  async piece(): Promise<string | undefined> {
    const { done, value } = await this.#reader.read()
    if (done) return undefined
    const text = this.#decoder.decode(value, { stream: true })
    this.#parser.feed(text)
    return text
  }

  async close(): Promise<void> {
    await this.#reader.cancel()
  }
}
