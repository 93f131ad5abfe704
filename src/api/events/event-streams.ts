// Every event stream of one node. Each is a reader of the log with a cursor of its own: it is read on as its client takes what it was sent,
// so a slow client holds back nobody and costs no memory but the piece in its hands. What all have in common is made once: the text of an
// entry, which readers at the end of the log get as one and the same object.

import { meantForUs } from '../../projections/index.ts'
import { ApiError } from '../errors.ts'
import { STREAM_CHUNK_BYTES, STREAM_HEARTBEAT_MS, STREAM_RETRY_MS, STREAMS_MAX } from './constants.ts'
import { isShown } from './event-filter.ts'
import { readEventId } from './event-id.ts'
import { bareId, gapEvent, messageEvent, resetEvent, retryAfter } from './event-text.ts'
import { pulled } from './pulled.ts'
import { Turns } from './turns.ts'
import type { Author } from '../../feed/index.ts'
import type { Entry, ForgottenEntry, Log, MessageEntry } from '../../log/index.ts'
import type { MailboxStore, Projections } from '../../projections/index.ts'
import type { EventFilter } from './event-filter.ts'
import type { EventPlace } from './event-id.ts'

/** What event streams work with. */
export interface EventStreamsComponents {
  log: Pick<Log, 'read' | 'cursor' | 'storeId' | 'author' | 'selection' | 'message'>
  projections: Pick<Projections, 'recentNames' | 'cards'>
  mailbox: Pick<MailboxStore, 'mutes'>
  /** Milliseconds since 1970. */
  clock: () => number
  /** Aborts when the node stops: every stream then comes to its end. */
  stopping: AbortSignal
}

/** What one client asks for. */
export interface EventsAsked extends EventFilter {
  /** The id of the last event it was told of; without one, it is told of what comes. */
  lastEventId?: string | undefined
}

/** One of them, under way. */
interface Client {
  filter: EventFilter
  /** Moves on as entries are passed, told of or not. */
  place: EventPlace
  /** What is said first. */
  words: string
  signal: AbortSignal
}

/** Streams for at most {@link STREAMS_MAX} clients. */
export class EventStreams {
  readonly #components: EventStreamsComponents
  readonly #turns = new Turns()
  readonly #texts = new WeakMap<Entry, Uint8Array>()
  #open = 0

  constructor(components: EventStreamsComponents) {
    this.#components = components
  }

  /**
   * Opens a stream; it ends when its reader cancels it or the node stops.
   *
   * @throws ApiError `INVALID_EVENT_ID`, `TOO_MANY_STREAMS`
   */
  open(asked: EventsAsked): ReadableStream<Uint8Array> {
    const { place, words } = this.#startOf(asked.lastEventId)
    if (this.#open >= STREAMS_MAX) throw tooMany()
    this.#open++
    return pulled({
      chunks: (signal) => this.#chunks({ filter: asked, place, words, signal }),
      word: () => encoded(bareId(place)),
      wordEveryMs: STREAM_HEARTBEAT_MS,
      stopping: this.#components.stopping,
      ended: () => this.#open--,
    })
  }

  /** Where to begin, and what is said first. */
  #startOf(lastEventId: string | undefined): { place: EventPlace; words: string } {
    const { log } = this.#components
    const end = { storeId: log.storeId, offset: log.cursor().offset }
    if (lastEventId === undefined) return { place: end, words: bareId(end) }
    const asked = readEventId(lastEventId)
    if (asked === undefined) throw invalidId(lastEventId)
    const isOurs = asked.storeId === end.storeId && asked.offset <= end.offset
    return isOurs ? { place: asked, words: bareId(asked) } : { place: end, words: resetEvent(lastEventId, end) }
  }

  async *#chunks({ filter, place, words, signal }: Client): AsyncGenerator<Uint8Array> {
    yield encoded(retryAfter(STREAM_RETRY_MS) + words)
    const { log } = this.#components
    for await (const entries of log.read({ after: place.offset, live: true, batchMax: ENTRIES_AT_ONCE, signal })) {
      const meant = filter.inbox ? await meantForUs(entries, this.#components) : undefined
      await this.#turns.next()
      const chunk = new Chunk()
      const names = await this.#components.projections.recentNames(entries.map(({ author }) => author))
      for (const entry of entries) {
        const isMeant = meant === undefined || meant.has(entry)
        if (isMeant && isShown(entry, filter, this.#components)) chunk.add(this.#textOf(entry, names))
        place.offset = entry.offset
        if (chunk.bytes >= STREAM_CHUNK_BYTES) yield chunk.taken()
      }
      if (chunk.bytes > 0) yield chunk.taken()
    }
  }

  #textOf(entry: MessageEntry | ForgottenEntry, names: ReadonlyMap<Author, string>): Uint8Array {
    const known = this.#texts.get(entry)
    if (known !== undefined) return known
    const place = { storeId: this.#components.log.storeId, offset: entry.offset }
    const text = encoded(
      entry.kind === 'message' ? messageEvent(entry, place, names.get(entry.author)) : gapEvent(entry, place),
    )
    this.#texts.set(entry, text)
    return text
  }
}

/** Read and written in one go: a millisecond. */
const ENTRIES_AT_ONCE = 64

/** Events on their way into one piece. */
class Chunk {
  #texts: Uint8Array[] = []
  bytes = 0

  add(text: Uint8Array): void {
    this.#texts.push(text)
    this.bytes += text.byteLength
  }

  /** All of them; then it is empty again. */
  taken(): Uint8Array {
    const texts = this.#texts
    this.#texts = []
    this.bytes = 0
    return Buffer.concat(texts)
  }
}

function encoded(text: string): Uint8Array {
  return Buffer.from(text)
}

function invalidId(lastEventId: string): ApiError {
  const found = lastEventId.slice(0, 100)
  const message = `"${found}" is no id of an event: hand back the last one that came, unchanged, or none to hear what comes.`
  return new ApiError('INVALID_EVENT_ID', message, { found })
}

function tooMany(): ApiError {
  const message = `This node serves ${STREAMS_MAX} event streams at once, and all are taken. Close one, or try again later.`
  return new ApiError('TOO_MANY_STREAMS', message, { limit: STREAMS_MAX })
}
