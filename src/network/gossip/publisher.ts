// The end of the log, as gossip reads it: our own messages go out, and whoever waits for a message hears that it is here.

import { setTimeout as wait } from 'node:timers/promises'
import { PUBLISHED_RATE } from './constants.ts'
import { payloadOf } from './payload.ts'
import { Tokens } from './rates.ts'
import type { Log, MessageEntry } from '../../log/index.ts'
import type { Pushed } from './pushed.ts'

/** What the publisher works with. */
export interface PublisherComponents {
  log: Pick<Log, 'author' | 'cursor' | 'read'>
  /** Milliseconds since 1970. */
  clock: () => number
  pushed: Pushed
  /** Sends a payload to the network. */
  send: (payload: Uint8Array) => Promise<void>
  /** Called for each message that arrives, our own included. */
  onArrived: (message: MessageEntry) => void
}

/** Pushes our own messages, from the moment it starts. */
export class Publisher {
  readonly #components: PublisherComponents
  readonly #tokens: Tokens
  /** The newest that waits for its turn. What stands before it is found as the gap below it. */
  #newest: MessageEntry | undefined
  #sending: Promise<void> | undefined

  constructor(components: PublisherComponents) {
    this.#components = components
    this.#tokens = new Tokens(PUBLISHED_RATE, components.clock())
  }

  /** Runs until the signal aborts or the log closes. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, onArrived } = this.#components
    for await (const entries of log.read({ after: log.cursor().offset, live: true, signal })) {
      for (const entry of entries) {
        if (entry.kind !== 'message') continue
        onArrived(entry)
        if (entry.author === log.author && entry.receivedFrom === undefined) await this.#publish(entry, signal)
      }
    }
    await this.#sending
  }

  async #publish(message: MessageEntry, signal: AbortSignal): Promise<void> {
    if (this.#newest === undefined && this.#tokens.take(this.#components.clock())) return this.#send(message)
    this.#newest = message
    this.#sending ??= this.#publishNewest(signal)
  }

  async #publishNewest(signal: AbortSignal): Promise<void> {
    const { clock } = this.#components
    while (!this.#tokens.take(clock())) {
      await wait(this.#tokens.waitMs(clock()), undefined, { signal, ref: false }).catch(stopWaiting)
      if (signal.aborted) return
    }
    const newest = this.#newest
    this.#newest = undefined
    this.#sending = undefined
    if (newest !== undefined) await this.#send(newest)
  }

  #send(message: MessageEntry): Promise<void> {
    const { pushed, send } = this.#components
    const { kind, payload } = payloadOf(message)
    if (kind === 'item') pushed.add(message.hash)
    return send(payload)
  }
}

function stopWaiting(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error
}
