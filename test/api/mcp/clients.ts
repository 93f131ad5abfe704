// Real clients of both eras of the protocol, before an API without a socket or before a node's URL.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { onTestFinished } from 'vitest'
import type { Api } from '../../../src/api/index.ts'

/** What both clients can do, in one shape. */
export interface McpClient {
  era: 'modern' | 'legacy'
  tools(): Promise<ListedTool[]>
  call(name: string, given?: Record<string, unknown>): Promise<Called>
  read(uri: string): Promise<string>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  client: any
}

export interface ListedTool {
  name: string
  title?: string | undefined
  description?: string | undefined
  inputSchema: object
  outputSchema?: object | undefined
  annotations?: object | undefined
}

export interface Called {
  isError?: boolean | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  structuredContent?: any
  content: { type: string; text?: string }[]
}

/** Where a client's requests go. */
export type Target = Api | URL

export const ERAS = ['modern', 'legacy'] as const

/** A connected client; it is closed when the test ends. */
export async function connect(era: McpClient['era'], target: Target, name = 'test-agent'): Promise<McpClient> {
  const url = target instanceof URL ? target : new URL('http://127.0.0.1:7654/mcp')
  const options = target instanceof URL ? {} : { fetch: fetchOf(target) }
  const client = era === 'modern' ? await connectModern(url, options, name) : await connectLegacy(url, options, name)
  onTestFinished(() => client.close())
  // A client that knows the schemas holds every result against them.
  await client.listTools()
  return {
    era,
    client,
    tools: async () => (await client.listTools()).tools as ListedTool[],
    call: async (tool, given = {}) => (await client.callTool({ name: tool, arguments: given })) as Called,
    read: async (uri) => {
      const { contents } = await client.readResource({ uri })
      return (contents[0] as { text: string }).text
    },
  }
}

type FetchOptions = { fetch?: (input: string | URL | Request, init?: RequestInit) => Promise<Response> }

async function connectModern(url: URL, options: FetchOptions, name: string): Promise<Client> {
  const client = new Client({ name, version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(new StreamableHTTPClientTransport(url, options))
  return client
}

async function connectLegacy(url: URL, options: FetchOptions, name: string): Promise<OlderClient> {
  const client = new OlderClient({ name, version: '1.0.0' })
  // As: the older package was not written for exactOptionalPropertyTypes.
  await client.connect(new OlderTransport(url, options as object) as never)
  return client
}

function fetchOf(api: Api): NonNullable<FetchOptions['fetch']> {
  return async (input, init) => api.request(String(input), init)
}
