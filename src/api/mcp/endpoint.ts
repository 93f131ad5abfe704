// POST /mcp: one JSON-RPC message, or a batch of them, becomes one answer. Nothing is kept between two requests, so that a node which
// restarts strands nobody.

import {
  createMcpHandler,
  isJSONRPCRequest,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { readJson } from '../body.ts'
import { failureFrom } from '../errors.ts'
import { createChanges } from './changes.ts'
import { clientNameIn, sessionFor } from './client-name.ts'
import { BATCH_MAX, SUBSCRIPTIONS_MAX } from './constants.ts'
import { refusal } from './refusal.ts'
import { createServer } from './server.ts'
import { refusalOfParams, withoutNullArguments } from './unfit-params.ts'
import type { HonoRequest } from 'hono'
import type { ApiParts } from '../components.ts'

/** The endpoint as the API mounts it. */
export interface McpEndpoint {
  /**
   * Answers in JSON-RPC, whatever the body is.
   *
   * @param mayChange - whether the caller may call tools that change something
   */
  answer(request: HonoRequest, mayChange: boolean): Promise<Response>
}

/** A body in two readings: as `JSON.parse` makes it, and with its numbers as they were spelled. */
interface Body {
  plain: unknown
  exact: unknown
  mayChange: boolean
}

/**
 * Makes the endpoint. It serves both eras of the protocol: 2026-07-28, in which each request says everything, and the ones before it,
 * which begin with `initialize`.
 */
export function createMcpEndpoint(parts: ApiParts): McpEndpoint {
  const { stopping, logger } = parts
  const bodies = new WeakMap<Request, Body>()
  const modern = createMcpHandler(
    ({ requestInfo }) => {
      const { exact, mayChange = false } = (requestInfo && bodies.get(requestInfo)) ?? {}
      return createServer(parts, { era: 'modern', exact, mayChange, clientName: undefined })
    },
    {
      legacy: 'reject',
      bus: createChanges(parts),
      maxSubscriptions: SUBSCRIPTIONS_MAX,
      onerror: (error) => logger.debug({ reason: error.message }, 'MCP request refused'),
    },
  )
  stopping.addEventListener('abort', () => void modern.close(), { once: true })
  return {
    answer: async (request, mayChange) => {
      const body = await readBody(request, mayChange)
      if (body instanceof Response) return body
      const forwarded = forwardedFrom(request)
      bodies.set(forwarded, body)
      const isLegacy = await isLegacyRequest(forwarded, body.plain)
      const response = isLegacy
        ? await answerLegacy(parts, forwarded, body)
        : await modern.fetch(forwarded, { parsedBody: body.plain })
      // What peers wrote is data, whatever it looks like.
      response.headers.set('x-content-type-options', 'nosniff')
      return response
    },
  }
}

async function readBody(request: HonoRequest, mayChange: boolean): Promise<Body | Response> {
  try {
    const { text, value } = await readJson(request)
    return { plain: withoutNullArguments(JSON.parse(text)), exact: value, mayChange }
  } catch (error) {
    const { status, code, message } = failureFrom(error)
    return refusal(status, code === 'INVALID_JSON' ? 'parse' : 'request', message, code)
  }
}

/** The request without its body, which was read; it takes both kinds of answer, since many clients do not say so and take JSON. */
function forwardedFrom(request: HonoRequest): Request {
  const headers = new Headers(request.raw.headers)
  headers.set('accept', 'application/json, text/event-stream')
  headers.delete('content-length')
  return new Request(request.url, { method: 'POST', headers, signal: request.raw.signal })
}

/** Messages of a batch are answered one after the other: a later one may need what an earlier one did. */
async function answerLegacy(parts: ApiParts, request: Request, body: Body): Promise<Response> {
  const { plain, exact, mayChange } = body
  if (!Array.isArray(plain)) return answerOne(parts, request, body)
  if (plain.length === 0 || plain.length > BATCH_MAX) {
    return refusal(400, 'request', `A batch has from 1 to ${BATCH_MAX} messages.`, 'INVALID_BODY')
  }
  const answers: unknown[] = []
  for (const [at, message] of plain.entries()) {
    // As: plain is a list, so the same text in its other reading is one too.
    const answer = await answerOne(parts, request, { plain: message, exact: (exact as unknown[])[at], mayChange })
    if (answer.status !== 202) answers.push(await answer.json())
  }
  return answers.length === 0 ? new Response(null, { status: 202 }) : Response.json(answers)
}

/** Each message has a server of its own, and each answer is one JSON text: nothing is sent while a call goes on. */
async function answerOne(parts: ApiParts, request: Request, { plain, exact, mayChange }: Body): Promise<Response> {
  const refused = isJSONRPCRequest(plain) ? refusalOfParams(plain) : undefined
  if (refused !== undefined) return refused
  const clientName = clientNameIn(plain, request.headers)
  const server = createServer(parts, { era: 'legacy', exact, mayChange, clientName })
  // Without a generator of session ids the transport keeps no session.
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  try {
    await server.connect(transport)
    const response = await transport.handleRequest(request, { parsedBody: plain })
    if (clientName !== undefined && isJSONRPCRequest(plain) && plain.method === 'initialize') {
      response.headers.set('mcp-session-id', sessionFor(clientName))
    }
    return response
  } finally {
    await server.close()
  }
}
