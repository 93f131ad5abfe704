// The MCP server of one request: it says what there is, and answers from the parts of the node.

import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server'
import { unauthorized } from '../auth.ts'
import { clientName } from './client-name.ts'
import { INSTRUCTIONS } from './instructions.ts'
import { getPrompt, PROMPTS } from './prompts.ts'
import { RESOURCE_TEMPLATES, RESOURCES, readResource } from './resources.ts'
import { failedResult, resultOf } from './tool-result.ts'
import { TOOLS_BY_NAME } from './tools.ts'
import type { CallToolRequest, CallToolResult } from '@modelcontextprotocol/server'
import type { ApiParts } from '../components.ts'

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
  const server = new Server(
    { name: 'egregore', title: 'Egregore', version },
    {
      instructions: INSTRUCTIONS,
      // The lists never change while a node runs. Changes of resources reach subscribers only where no session is needed for it.
      capabilities: { tools: {}, prompts: {}, resources: facts.era === 'modern' ? { subscribe: true } : {} },
    },
  )
  server.setRequestHandler('tools/list', () => ({ tools: [...TOOLS_BY_NAME.values()].map(({ listing }) => listing) }))
  server.setRequestHandler('tools/call', ({ params }) => callTool(parts, server, facts, params))
  server.setRequestHandler('resources/list', () => ({ resources: [...RESOURCES] }))
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...RESOURCE_TEMPLATES] }))
  server.setRequestHandler('resources/read', ({ params: { uri } }) => readResource(parts, uri))
  server.setRequestHandler('prompts/list', () => ({ prompts: [...PROMPTS] }))
  server.setRequestHandler('prompts/get', ({ params }) => getPrompt(params.name, params.arguments))
  return server
}

async function callTool(
  parts: ApiParts,
  server: Server,
  facts: RequestFacts,
  { name, arguments: given = {} }: CallToolRequest['params'],
): Promise<CallToolResult> {
  const listed = TOOLS_BY_NAME.get(name)
  if (listed === undefined) throw unknownTool(name)
  const call = {
    clientName: facts.clientName ?? clientName(server.getClientVersion()?.name ?? ''),
    exact: exactArguments(facts.exact),
  }
  try {
    if (!facts.mayChange && !listed.tool.spec.annotations.readOnlyHint) throw unauthorized('missing')
    const answer = await listed.tool.call(parts, given, call)
    return server.projectCallToolResult(resultOf(answer), listed.outputSchema)
  } catch (error) {
    return failedResult(parts, name, error)
  }
}

function exactArguments(message: unknown): Readonly<Record<string, unknown>> {
  // As: the server has checked the same message in its other reading.
  const { params } = (message ?? {}) as { params?: { arguments?: Record<string, unknown> } }
  return params?.arguments ?? {}
}

function unknownTool(name: string): ProtocolError {
  const names = [...TOOLS_BY_NAME.keys()].join(', ')
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name.slice(0, 100)}. There are ${names}.`)
}
