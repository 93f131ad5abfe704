// A webhook: the message as the body of a POST. A status of 2xx means that it was taken; redirects are not followed.

import http from 'node:http'
import https from 'node:https'
import { checkedLookup, isMetadataAddress } from '../util/index.ts'
import { ANSWER_BYTES_MAX, OUTPUT_CHARACTERS_KEPT } from './constants.ts'
import { fitForVariable } from './environment.ts'
import { signatureHeaders } from './signature.ts'
import type { ClientRequestArgs, IncomingMessage } from 'node:http'
import type { Call, Failure, Outcome, Outgoing } from './attempt.ts'
import type { HookInit, WebhookTarget } from './hook.ts'

/** What a webhook is told of this node. */
export interface WebhookContext {
  /** Of this software. */
  version: string
  /** Milliseconds since 1970. */
  clock: () => number
}

/** What a name resolves to is what is connected to. */
const lookup = checkedLookup(isMetadataAddress)

/** Posts once for each call, over a connection of its own: what it is connected to is what was checked. */
export function webhookCall(
  { url, secret }: WebhookTarget,
  { timeoutMs }: Pick<HookInit, 'timeoutMs'>,
  { version, clock }: WebhookContext,
): Call {
  return async (message, stop) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([timeout, stop])
    const { entry, text: body } = message
    const headers = {
      ...headersOf(message, version),
      ...signatureHeaders({ id: entry.hash, body, now: clock() }, secret),
    }
    try {
      const response = await post(url, { headers, signal, agent: false, lookup }, body)
      return outcomeOf(response, await beginningOf(response), clock())
    } catch (error) {
      if (stop.aborted) return { kind: 'interrupted' }
      if (timeout.aborted) return failed(`It did not answer within ${timeoutMs / 1000} s.`)
      return failed(`It could not be reached (${codeOf(error)}).`)
    }
  }
}

function headersOf({ entry, text, attempt }: Outgoing, version: string): Record<string, string> {
  const { trace_id: trace, span_id: span } = entry.envelope
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'user-agent': `egregore/${version}`,
    'idempotency-key': entry.hash,
    'egregore-attempt': String(attempt),
    ...(isHeaderText(trace) && { 'x-trace-id': trace }),
    ...(isHeaderText(span) && { 'x-span-id': span }),
  }
}

/** A peer chose it. */
function isHeaderText(text: string | undefined): text is string {
  return fitForVariable(text) !== undefined && /^[\x21-\x7e]+$/.test(text ?? '')
}

function post(url: string, options: ClientRequestArgs, body: string): Promise<IncomingMessage> {
  const { request } = new URL(url).protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const posting = request(url, { ...options, method: 'POST' })
    posting.once('response', resolve)
    // Stays: what breaks behind the response's head is the reader's to notice, and nobody's to crash over.
    posting.on('error', reject)
    posting.end(body)
  })
}

/** Read to its end or its limit, so that the receiver can finish; kept as far as a person would read it. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  let text = ''
  let bytes = 0
  try {
    response.setEncoding('utf8')
    for await (const chunk of response as AsyncIterable<string>) {
      text = (text + chunk).slice(0, OUTPUT_CHARACTERS_KEPT)
      bytes += chunk.length
      if (bytes > ANSWER_BYTES_MAX) break
    }
  } catch {
    // Cut off; its status stands.
  }
  return text.trim()
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage, output: string, now: number): Outcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' }
  if (statusCode >= 300 && statusCode < 400)
    return failed(`It answered ${statusCode}; redirects are not followed.`, output)
  const asksForTime = statusCode === 429 || statusCode === 503
  return {
    ...failed(`It answered ${statusCode}.`, output),
    retryAfterMs: asksForTime ? delayIn(headers['retry-after'], now) : undefined,
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function delayIn(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return ms > 0 ? ms : undefined
}

function failed(reason: string, output = ''): Failure {
  return { kind: 'failed', reason, output }
}

/** The code alone: words of an error may hold the URL. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  if (code === 'EMETADATA') return 'its name leads to an address of cloud metadata'
  return typeof code === 'string' ? code : 'unknown error'
}
