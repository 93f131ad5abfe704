// The last step of every request: an answer or a failure becomes a response.

import { envelopeText } from './envelope.ts'
import type { Failure } from './errors.ts'
import type { Answer, RouteSpec } from './route.ts'

const JSON_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  // What peers wrote is data, whatever it looks like; and it is older a moment later.
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

/** The response to a request that a handler has answered. */
export function responseOf(spec: RouteSpec<unknown, unknown, unknown>, answer: Answer): Response {
  const { status } = spec.answer
  if (status === 204) return new Response(null, { status })
  const { failure, metadata, headers } = answer
  const data = 'json' in answer ? answer.json : JSON.stringify('data' in answer ? answer.data : null)
  const text = envelopeText({ data, error: failure, metadata })
  return new Response(text, { status: failure?.status ?? status, headers: { ...JSON_HEADERS, ...headers } })
}

/** The response to a request that was refused or went wrong. */
export function failureResponse(failure: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(failureText(failure), { status: failure.status, headers: { ...JSON_HEADERS, ...headers } })
}

/** The body of {@link failureResponse}, for where there is nothing but a socket to write to. */
export function failureText({ code, message, details }: Failure): string {
  return envelopeText({ error: { code, message, details } })
}
