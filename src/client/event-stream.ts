// Events of one node for as long as somebody reads them: a line that breaks is taken up again where it broke.

import { setTimeout as wait } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import { RETRY_MS, RETRY_MS_MAX, SILENCE_MS_MAX } from './constants.ts'
import { EgregoreError } from './errors.ts'
import type { EventSourceMessage } from 'eventsource-parser'
import type { NodeEvent } from './types.ts'

/** Opens a line behind the event of this id. */
export type Connect = (lastEventId: string | undefined, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

/** Read it once, with `for await`. */
export class EventStream implements AsyncIterable<NodeEvent> {
  /** Behind which it goes on; moves also past what a filter keeps from being told. */
  lastEventId: string | undefined
  /** Resolves when the node has said where the stream begins: what comes from then on is told. */
  readonly opened: Promise<void>
  readonly #connect: Connect
  readonly #signal: AbortSignal | undefined
  readonly #waiting: NodeEvent[] = []
  #retryMs = RETRY_MS
  #failures = 0
  #open: () => void

  constructor(connect: Connect, lastEventId: string | undefined, signal: AbortSignal | undefined) {
    this.#connect = connect
    this.lastEventId = lastEventId
    this.#signal = signal
    const { promise, resolve } = Promise.withResolvers<void>()
    this.opened = promise
    this.#open = resolve
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<NodeEvent> {
    while (!this.#signal?.aborted) {
      try {
        yield* this.#once()
      } catch (error) {
        if (this.#signal?.aborted) return
        if (isFinal(error)) throw error
      }
      const pauseMs = Math.min(this.#retryMs * 2 ** this.#failures++, RETRY_MS_MAX)
      await wait(pauseMs, undefined, { signal: this.#signal }).catch(() => {})
    }
  }

  /** Until the line breaks or ends. */
  async *#once(): AsyncGenerator<NodeEvent> {
    const line = new AbortController()
    const signal = this.#signal === undefined ? line.signal : AbortSignal.any([this.#signal, line.signal])
    const decoder = new TextDecoder()
    const parser = this.#parser()
    // A node says something every 15 s.
    const silence = setTimeout(() => line.abort(), SILENCE_MS_MAX)
    try {
      for await (const bytes of await this.#connect(this.lastEventId, signal)) {
        silence.refresh()
        parser.feed(decoder.decode(bytes, { stream: true }))
        yield* this.#waiting.splice(0)
      }
    } finally {
      clearTimeout(silence)
      line.abort()
    }
  }

  #parser() {
    return createParser({
      onId: (id) => {
        this.lastEventId = id
        this.#failures = 0
        this.#open()
      },
      onEvent: (event) => {
        const read = readEvent(event)
        if (read !== undefined) this.#waiting.push(read)
      },
      onRetry: (ms) => {
        this.#retryMs = ms
      },
    })
  }
}

/** A newer node may tell of more. */
function readEvent({ id = '', event: type = 'message', data }: EventSourceMessage): NodeEvent | undefined {
  if (type !== 'message' && type !== 'gap' && type !== 'reset') return undefined
  return { type, id, data: JSON.parse(data) } as NodeEvent // As: the node's own word.
}

/** Asking again would change nothing. A node that is full, stopping or away may be back. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof EgregoreError)) return !(error instanceof TypeError) && (error as Error).name !== 'AbortError'
  return error.status !== undefined && error.status < 500
}
