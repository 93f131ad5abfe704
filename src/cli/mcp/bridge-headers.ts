// The headers of a request to /mcp: over HTTP both eras of the protocol want some facts in headers that stand only in the message on standard input.

import type { Message } from './messages.ts'

/** 2026-07-28, "Streamable HTTP": text that a header cannot hold stands in it as base64. */
const PLAIN_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
const BASE64_MARK = '=?base64?'

/** Knows what the node said of the version and the session, and what each message says of itself. */
export class BridgeHeaders {
  #session: string | undefined
  #version: string | undefined

  of({ method, params = {} }: Message): Record<string, string> {
    const claimed = claimedVersion(params)
    if (claimed === undefined)
      return withoutAbsent({ 'mcp-session-id': this.#session, 'mcp-protocol-version': this.#version })
    const name = params.name ?? params.uri
    return withoutAbsent({
      'mcp-protocol-version': claimed,
      'mcp-method': method,
      'mcp-name': typeof name === 'string' ? headerValue(name) : undefined,
    })
  }

  /** The answer to `initialize` says what all later requests have to say. */
  learn({ method }: Message, response: Response, answer: Message): void {
    if (method !== 'initialize') return
    this.#session = response.headers.get('mcp-session-id') ?? undefined
    const { protocolVersion } = (answer.result ?? {}) as { protocolVersion?: unknown } // As: any result is an object.
    if (typeof protocolVersion === 'string') this.#version = protocolVersion
  }
}

/** Each message of the newer era names its version. */
function claimedVersion(params: Readonly<Record<string, unknown>>): string | undefined {
  const meta = (params._meta ?? {}) as Readonly<Record<string, unknown>> // As: what is no object has no such member.
  const version = meta['io.modelcontextprotocol/protocolVersion']
  return typeof version === 'string' ? version : undefined
}

function headerValue(text: string): string {
  if (PLAIN_VALUE.test(text) && !text.startsWith(BASE64_MARK)) return text
  return `${BASE64_MARK}${Buffer.from(text).toString('base64')}?=`
}

function withoutAbsent(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
  )
}
