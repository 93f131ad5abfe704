// The last step of every request: an answer or a failure becomes a response.

import { setImmediate } from 'node:timers/promises'
import { LIST_STREAMED_FROM } from './constants.ts'
import { envelopeText, listEnvelope } from './envelope.ts'
import type { Metadata } from './envelope.ts'
import type { Failure } from './errors.ts'
import type { Answer, RouteSpec } from './route.ts'

const JSON_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  // What peers wrote is data, whatever it looks like; and it is older a moment later.
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

const STREAM_HEADERS = {
  ...JSON_HEADERS,
  // For nginx and its like, which would keep events until they have enough of them.
  'X-Accel-Buffering': 'no',
}

/** The response to a request that a handler has answered. */
export function responseOf(spec: RouteSpec, answer: Answer): Response {
  const { status, stream = '' } = spec.answer
  if ('stream' in answer) {
    return new Response(answer.stream, {
      status,
      headers: { ...STREAM_HEADERS, 'Content-Type': stream, ...answer.headers },
    })
  }
  if (status === 204) return new Response(null, { status })
  const { failure, metadata = {}, headers } = answer
  const init = { status: failure?.status ?? answer.status ?? status, headers: { ...JSON_HEADERS, ...headers } }
  if ('items' in answer) return new Response(listBody(answer.items, metadata), init)
  const data = 'json' in answer ? answer.json : JSON.stringify(answer.data)
  return new Response(envelopeText({ data, error: failure, metadata: answer.metadata }), init)
}

/** A list of many large messages is encoded piece by piece, as its reader takes it: in one go it would hold up everybody else. */
function listBody(items: readonly string[], metadata: Metadata): string | ReadableStream<Uint8Array> {
  const pieces = listEnvelope(items, metadata)
  const length = items.reduce((sum, item) => sum + item.length, 0)
  return length < LIST_STREAMED_FROM ? [...pieces].join('') : ReadableStream.from(encoded(pieces))
}

async function* encoded(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for (const piece of pieces) {
    yield encoder.encode(piece)
    // A socket that takes everything at once asks for the next piece within this turn: without a pause nobody else has one.
    await setImmediate()
  }
}

/** The response to a request that was refused or went wrong. */
export function failureResponse(failure: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(failureText(failure), { status: failure.status, headers: { ...JSON_HEADERS, ...headers } })
}

/** The body of {@link failureResponse}, for where there is nothing but a socket to write to. */
export function failureText({ code, message, details }: Failure): string {
  return envelopeText({ error: { code, message, details } })
}
