// A server that takes webhooks: it remembers what came and answers what the test says.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface Receiver {
  url: string
  received: Received[]
}

/** A URL at which nothing listens. */
export async function closedUrl(): Promise<string> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo // As: it listens on a port.
  await new Promise((closed) => server.close(closed))
  return `http://127.0.0.1:${port}`
}

/** Listens on a free port of the loopback interface until the test ends. By default everything is taken. */
export async function openReceiver(
  answer: (response: ServerResponse, request: Received) => void = (response) => response.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    const whole = { method, path, headers, body: await text(request) }
    received.push(whole)
    answer(response, whole)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // As: it listens on a port.
  return { url: `http://127.0.0.1:${port}`, received }
}
