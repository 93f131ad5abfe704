// The MCP server of one request: it says what there is, and answers from the parts of the node.

import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server'
import { unauthorized } from '../auth.ts'
import { clientName } from './client-name.ts'
import { instructionsFor } from './instructions.ts'
import { getPrompt, promptsFor } from './prompts.ts'
import { RESOURCE_TEMPLATES, RESOURCES, readResource } from './resources.ts'
import { failedResult, resultOf } from './tool-result.ts'
import { TOOLS_BY_NAME } from './tools.ts'
import type { CallToolRequest, CallToolResult } from '@modelcontextprotocol/server'
import type { ApiParts } from '../components.ts'
import type { Tool } from './tool.ts'

/** What is known of a request before its message is answered. */
export interface RequestFacts {
  era: 'modern' | 'legacy'
  /** The message with numbers as they were spelled. */
  exact: unknown
  /** Whether the caller has shown the token, where changing something asks for it. */
  mayChange: boolean
  /** Where the message itself does not say it. */
  clientName: string | undefined
}

/** A server for one request: cheap to make, and thrown away with it. */
export function createServer(parts: ApiParts, facts: RequestFacts): Server {
  const { version } = parts.about
  const { mcpTools: set = 'all' } = parts
  const server = new Server(
    { name: 'egregore', title: 'Egregore', version },
    {
      instructions: instructionsFor(set),
      // The lists never change while a node runs. Changes of resources reach subscribers only where no session is needed for it.
      capabilities: { tools: {}, prompts: {}, resources: facts.era === 'modern' ? { subscribe: true } : {} },
    },
  )
  const tools = TOOLS_BY_NAME[set]
  server.setRequestHandler('tools/list', () => ({ tools: [...tools.values()].map(({ listing }) => listing) }))
  server.setRequestHandler('tools/call', ({ params }) => callTool(parts, server, facts, params))
  server.setRequestHandler('resources/list', () => ({ resources: [...RESOURCES] }))
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...RESOURCE_TEMPLATES] }))
  server.setRequestHandler('resources/read', ({ params: { uri } }) => readResource(parts, uri))
  server.setRequestHandler('prompts/list', () => ({ prompts: promptsFor(set) }))
  server.setRequestHandler('prompts/get', ({ params }) => getPrompt(set, params.name, params.arguments))
  return server
}

async function callTool(
  parts: ApiParts,
  server: Server,
  facts: RequestFacts,
  { name, arguments: given = {} }: CallToolRequest['params'],
): Promise<CallToolResult> {
  const tools = TOOLS_BY_NAME[parts.mcpTools ?? 'all']
  const listed = tools.get(name)
  if (listed === undefined) throw unknownTool(name, tools)
  const call = {
    clientName: facts.clientName ?? clientName(server.getClientVersion()?.name ?? ''),
    exact: exactArguments(facts.exact),
  }
  try {
    if (!facts.mayChange && !onlyReads(listed.tool, given)) throw unauthorized('missing')
    const answer = await listed.tool.call(parts, given, call)
    return server.projectCallToolResult(resultOf(answer), listed.outputSchema)
  } catch (error) {
    return failedResult(parts, name, error)
  }
}

function onlyReads({ spec, onlyReads }: Tool, given: Readonly<Record<string, unknown>>): boolean {
  return onlyReads === undefined ? spec.annotations.readOnlyHint === true : onlyReads(given)
}

function exactArguments(message: unknown): Readonly<Record<string, unknown>> {
  // As: the server has checked the same message in its other reading.
  const { params } = (message ?? {}) as { params?: { arguments?: Record<string, unknown> } }
  return params?.arguments ?? {}
}

function unknownTool(name: string, tools: ReadonlyMap<string, unknown>): ProtocolError {
  const names = [...tools.keys()].join(', ')
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name.slice(0, 100)}. There are ${names}.`)
}
