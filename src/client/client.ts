// A client of one node: each call of its HTTP interface with the types of that call, answers without their envelope, one kind of error.

import { askByFetch } from './ask.ts'
import { ANSWER_TIMEOUT_MS } from './constants.ts'
import { EgregoreError } from './errors.ts'
import { EventStream } from './event-stream.ts'
import type { Answer, Ask, Asked } from './ask.ts'
import type { CallArguments, EventsAsked, PathsOf, Reply, ReplyTo } from './types.ts'

/** Which node. */
export interface EgregoreClientInit {
  /**
   * Where its API listens.
   *
   * @default 'http://127.0.0.1:7654'
   */
  url?: string
  /** What stands in its api.token, when it asks for that. */
  token?: string | undefined
  /**
   * For a call, not for a stream.
   *
   * @default 30_000
   */
  timeoutMs?: number | undefined
  /**
   * How a call is made, for programs that have a faster way than to load `fetch`; streams are always fetched.
   *
   * @default by `fetch`
   */
  ask?: Ask
}

/** Input of any call, as {@link CallArguments} has it for each. */
interface AnyInput {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  headers?: Record<string, unknown>
  body?: unknown
  json?: string
  signal?: AbortSignal
  timeoutMs?: number
}

interface Envelope {
  success: boolean
  data?: unknown
  metadata?: Reply<unknown>['metadata']
  error?: { code: string; message: string; details?: unknown }
}

/**
 * Speaks to one node.
 *
 * @example
 * const node = new EgregoreClient({ token })
 * const { data } = await node.post('/v1/publish', { body: { content: { type: 'insight', title: 'A', observation: 'B' } } })
 * const { data: messages, metadata } = await node.get('/v1/feed', { query: { tag: 'sqlite', limit: 10 } })
 * for await (const event of node.events({ content_type: 'query' })) console.log(event.id, event.data)
 */
export class EgregoreClient {
  readonly url: string
  readonly #token: string | undefined
  readonly #timeoutMs: number
  readonly #ask: Ask

  constructor({
    url = 'http://127.0.0.1:7654',
    token,
    timeoutMs = ANSWER_TIMEOUT_MS,
    ask = askByFetch,
  }: EgregoreClientInit = {}) {
    this.url = url
    this.#token = token
    this.#timeoutMs = timeoutMs
    this.#ask = ask
  }

  /** @throws EgregoreError */
  async get<Path extends PathsOf<'get'>>(
    path: Path,
    ...[input]: CallArguments<'get', Path>
  ): Promise<ReplyTo<'get', Path>> {
    return this.#call('GET', path, input)
  }

  /** @throws EgregoreError */
  async post<Path extends PathsOf<'post'>>(
    path: Path,
    ...[input]: CallArguments<'post', Path>
  ): Promise<ReplyTo<'post', Path>> {
    return this.#call('POST', path, input)
  }

  /**
   * Answers what is gone, where the route says so.
   *
   * @throws EgregoreError
   */
  async delete<Path extends PathsOf<'delete'>>(
    path: Path,
    ...[input]: CallArguments<'delete', Path>
  ): Promise<ReplyTo<'delete', Path>['data']> {
    return (await this.#call<ReplyTo<'delete', Path>['data']>('DELETE', path, input)).data
  }

  /**
   * Messages as they come. A broken line is mended by itself, with no gap and no repeat; the stream ends when its signal aborts.
   *
   * @throws EgregoreError while it is read, when the node refuses: a wrong filter, id or token
   */
  events({ lastEventId, signal, ...query }: EventsAsked = {}): EventStream {
    const connect = async (id: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
      const headers = { accept: 'text/event-stream', ...(id !== undefined && { 'last-event-id': id }) }
      const response = await this.fetch(pathOf('/v1/events', { query }), { headers, signal })
      if (response.ok && response.body !== null) return response.body
      const { status } = response
      throw refusal(status, this.#envelopeOf({ status, text: await response.text() }))
    }
    return new EventStream(connect, lastEventId, signal)
  }

  /**
   * A request with the token, and its answer as it is: for what answers no envelope, as `/v1/export` and `/mcp`.
   *
   * @throws EgregoreError `NODE_UNREACHABLE`, `NODE_TIMED_OUT`
   */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    for (const [name, value] of Object.entries(this.#authorization())) headers.set(name, value)
    try {
      return await fetch(new URL(path, this.url), { ...init, headers })
    } catch (cause) {
      throw this.#unanswered(cause)
    }
  }

  #authorization(): { authorization?: string } {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }
  }

  async #call<Data>(method: string, path: string, given: unknown): Promise<Reply<Data>> {
    const input = (given ?? {}) as AnyInput // As: the type of each call is narrower.
    const timeout = AbortSignal.timeout(input.timeoutMs ?? this.#timeoutMs)
    const signal = input.signal === undefined ? timeout : AbortSignal.any([timeout, input.signal])
    const answer = await this.#answerTo(pathOf(path, input), { method, signal, ...this.#message(input) })
    // As: most DELETEs answer nothing, and their routes say so.
    if (answer.status === 204) return { status: answer.status, data: undefined as Data, metadata: {} }
    const envelope = this.#envelopeOf(answer)
    if (!envelope.success) throw refusal(answer.status, envelope)
    // As: the node's own word.
    return { status: answer.status, data: envelope.data as Data, metadata: envelope.metadata ?? {} }
  }

  /** Headers and body of a call. */
  #message({ headers, body, json = body === undefined ? undefined : JSON.stringify(body) }: AnyInput) {
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    return {
      headers: { ...textsOf(headers), ...type, ...this.#authorization() },
      ...(json !== undefined && { body: json }),
    }
  }

  async #answerTo(path: string, asked: Asked): Promise<Answer> {
    try {
      return await this.#ask(new URL(path, this.url), asked)
    } catch (cause) {
      throw this.#unanswered(cause)
    }
  }

  #envelopeOf({ status, text }: Answer): Envelope {
    const envelope = jsonIn(text)
    if (isEnvelope(envelope)) return envelope
    throw new EgregoreError('NODE_UNINTELLIGIBLE', `What answers at ${this.url} is no egregore node.`, { status })
  }

  #unanswered(cause: unknown): unknown {
    const { name } = cause as Error
    if (name === 'AbortError') return cause
    const [code, fact] =
      name === 'TimeoutError'
        ? (['NODE_TIMED_OUT', 'did not answer in time'] as const)
        : (['NODE_UNREACHABLE', 'does not answer'] as const)
    return new EgregoreError(code, `The node at ${this.url} ${fact}.`, { cause })
  }
}

function pathOf(path: string, { params = {}, query = {} }: AnyInput): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams(textsOf(query)).toString()
  return search === '' ? filled : `${filled}?${search}`
}

function textsOf(values: Record<string, unknown> = {}): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

/** Undefined for what is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || !('success' in value)) return false
  return value.success === true || ('error' in value && typeof value.error === 'object')
}

function refusal(status: number, { error }: Envelope): EgregoreError {
  const { code = 'UNKNOWN', message = `The node answered ${status}.`, details } = error ?? {}
  return new EgregoreError(code, message, { status, details })
}
