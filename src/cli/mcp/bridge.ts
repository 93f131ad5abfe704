// JSON-RPC in lines on one side, requests to /mcp on the other. The bridge knows hardly a method: what either side of a later version
// says passes through.

import { once } from 'node:events'
import { BridgeHeaders } from './bridge-headers.ts'
import { linesOf } from './lines.ts'
import { answersIn, messageOf } from './messages.ts'
import type { Readable, Writable } from 'node:stream'
import type { Message } from './messages.ts'

/** What the bridge stands between. */
export interface BridgeInit {
  input: Readable
  output: Writable
  /** Carries one request to the node. */
  post: (body: string, headers: Record<string, string>, signal: AbortSignal) => Promise<Response>
  /** Takes a sentence for whoever runs the client. */
  report: (sentence: string) => void
}

/** Requests on their way at once; what comes beyond them waits unread. */
const IN_FLIGHT_MAX = 64

/** JSON-RPC 2.0 §5.1, and the first of the codes that it leaves to implementations. */
const PARSE_ERROR = -32_700
const NODE_ERROR = -32_000

/** Resolves when the client has ended its input and every answer that it is owed is written. */
export async function bridge(init: BridgeInit): Promise<void> {
  const carrier = new Carrier(init)
  for await (const line of linesOf(init.input)) await carrier.take(line)
  await carrier.end()
}

class Carrier {
  readonly #init: BridgeInit
  readonly #headers = new BridgeHeaders()
  readonly #inFlight = new Set<Promise<void>>()
  /** By id: what a client gives up is given up here as well. */
  readonly #cancels = new Map<unknown, AbortController>()
  readonly #streams = new Set<AbortController>()

  constructor(init: BridgeInit) {
    this.#init = init
  }

  /** @param line - undefined for one that was too long to be read */
  async take(line: string | undefined): Promise<void> {
    if (line?.trim() === '') return
    const message = line === undefined ? undefined : messageOf(line)
    if (line === undefined || message === undefined) return this.#refuse(null, PARSE_ERROR, NO_JSON)
    if (message.method === 'notifications/cancelled') return this.#cancels.get(message.params?.requestId)?.abort()
    const carried = this.#carry(line, message).finally(() => this.#inFlight.delete(carried))
    this.#inFlight.add(carried)
    // What comes after it needs the version and the session that are agreed on by it.
    if (message.method === 'initialize') await carried
    if (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight)
  }

  /** Streams would go on for ever; answers are waited for. */
  async end(): Promise<void> {
    for (const stream of this.#streams) stream.abort()
    await Promise.all(this.#inFlight)
  }

  async #carry(line: string, message: Message): Promise<void> {
    const cancel = new AbortController()
    this.#cancels.set(message.id, cancel)
    if (message.method === 'subscriptions/listen') this.#streams.add(cancel)
    try {
      const isAnswered = await this.#exchange(line, message, cancel.signal)
      if (!isAnswered) await this.#refuse(message.id, NODE_ERROR, UNANSWERED)
    } catch (error) {
      if (!cancel.signal.aborted) await this.#fail(message, error as Error) // As: whatever throws here throws errors.
    } finally {
      this.#cancels.delete(message.id)
      this.#streams.delete(cancel)
    }
  }

  /** Answers whether the client has what it is owed. */
  async #exchange(line: string, request: Message, signal: AbortSignal): Promise<boolean> {
    const response = await this.#init.post(line, this.#headers.of(request), signal)
    let isAnswered = response.status === 202
    for await (const { text, message } of answersIn(response, request)) {
      this.#headers.learn(request, response, message)
      isAnswered ||= message.method === undefined
      await this.#write(text)
    }
    return isAnswered
  }

  async #fail({ id }: Message, { message }: Error): Promise<void> {
    this.#init.report(message)
    await this.#refuse(id, NODE_ERROR, message)
  }

  /** A notification, which has no id, is never answered. */
  async #refuse(id: string | number | null | undefined, code: number, message: string): Promise<void> {
    if (id !== undefined) await this.#write(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }))
  }

  async #write(text: string): Promise<void> {
    if (!this.#init.output.write(`${text}\n`)) await once(this.#init.output, 'drain')
  }
}

const NO_JSON = 'This line is no JSON, or longer than any request.'
const UNANSWERED = 'The node ended before it had answered; call again.'
