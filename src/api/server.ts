// The socket under the API: listens, bounds what a caller may take of it, and stops in order.

import { createServer } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'
import { failureResponse, failureText } from './answers.ts'
import { Connections } from './connections.ts'
import {
  CONNECTIONS_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  REQUEST_TIMEOUT_MS,
  STALLED_MS,
  STOP_WAIT_MS,
  TIMEOUT_CHECK_MS,
} from './constants.ts'
import { ApiError, failureFrom } from './errors.ts'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Api } from './api.ts'
import type { ConnectionLimits } from './connections.ts'
import type { ApiErrorCode } from './error-codes.ts'

/** Where to serve, and how long to wait for callers. */
export interface ServerInit {
  app: Pick<Api, 'fetch'>
  /** @default '127.0.0.1' */
  host?: string
  /** 0 picks a free one. */
  port: number
  /** @default HEADERS_TIMEOUT_MS */
  headersTimeoutMs?: number
  /** @default REQUEST_TIMEOUT_MS */
  requestTimeoutMs?: number
  /** @default CONNECTIONS_MAX */
  connectionsMax?: number
  /** @default STALLED_MS */
  stalledMs?: number
  /** @default STOP_WAIT_MS */
  stopWaitMs?: number
}

/** A server that listens. */
export interface ApiServer {
  /** The port that is listened on, also when a free one was picked. */
  readonly port: number
  /** Takes no new callers, lets answers in the making end for a while, then cuts what is left. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Serves the API.
 *
 * @throws ApiError `API_PORT_IN_USE`, `API_LISTEN_FAILED`
 */
export async function startServer(init: ServerInit): Promise<ApiServer> {
  const { host = '127.0.0.1', port, stopWaitMs = STOP_WAIT_MS } = init
  const server = createHttpServer(init)
  const connections = new Connections(server, limitsOf(init))
  await listen(server, host, port)
  let stopped: Promise<void> | undefined
  return {
    port: (server.address() as AddressInfo).port, // As: a server that listens on TCP has this kind of address.
    stop: () => {
      stopped ??= close(server, connections, stopWaitMs)
      return stopped
    },
  }
}

function createHttpServer(init: ServerInit): Server {
  const { app, headersTimeoutMs = HEADERS_TIMEOUT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS } = init
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, headersTimeoutMs),
    // A request without Host is answered like any other that cannot be: by us, in the envelope.
    requireHostHeader: false,
  }
  const listener = getRequestListener(app.fetch, { errorHandler: answerBroken })
  const server = createServer(limits, listener)
  server.on('clientError', refuseBroken)
  // Expectations that nobody knows are nothing to us: Node would answer them by itself, and not in the envelope.
  server.on('checkExpectation', listener)
  return server
}

function limitsOf({ connectionsMax = CONNECTIONS_MAX, stalledMs = STALLED_MS }: ServerInit): ConnectionLimits {
  return { connectionsMax, stalledMs, checkMs: Math.min(TIMEOUT_CHECK_MS, stalledMs) }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): ApiError {
  const facts = { host, port }
  if (cause.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is in use by another program. Stop that one, or choose another with --port.`
    return new ApiError('API_PORT_IN_USE', message, facts, { cause })
  }
  const message = `The API cannot listen on ${host}:${port}: ${cause.message}. Choose another with --port.`
  return new ApiError('API_LISTEN_FAILED', message, facts, { cause })
}

async function close(server: Server, connections: Connections, waitMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  connections.closeWhenAnswered()
  const timer = setTimeout(() => server.closeAllConnections(), waitMs)
  await closed
  clearTimeout(timer)
}

/** A URL or Host header that no request can have: it never became a request that the app could answer. */
function answerBroken(error: unknown): Response {
  const isRefusal = error instanceof RequestError
  return failureResponse(failureFrom(isRefusal ? new ApiError('INVALID_REQUEST', `${error.message}.`) : error))
}

/** What is not HTTP, or never came to its end: there is only the socket to answer on. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy()
  const failure = failureFrom(brokenError(error.code))
  const body = failureText(failure)
  const head = [
    `HTTP/1.1 ${failure.status} ${failure.code}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function brokenError(code: string | undefined): ApiError {
  const [known, message] = BROKEN.get(code ?? '') ?? ['INVALID_REQUEST', 'This is not an HTTP request.']
  return new ApiError(known, message)
}

const BROKEN: ReadonlyMap<string, [ApiErrorCode, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', ['HEADERS_TOO_LARGE', 'The headers of a request may have 16 KiB at most.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['REQUEST_TIMEOUT', 'The request did not come to its end in time.']],
])
