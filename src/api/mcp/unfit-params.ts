// Requests whose params are not what their method takes. The library would answer most of them as a fault of its own (-32603), in the words
// of its checker.

import { INVALID_PARAMS, specTypeSchemas } from '@modelcontextprotocol/server'
import type { JSONRPCRequest, StandardSchemaV1Sync } from '@modelcontextprotocol/server'

const SHAPES = new Map<string, StandardSchemaV1Sync>([
  ['initialize', specTypeSchemas.InitializeRequest],
  ['tools/list', specTypeSchemas.ListToolsRequest],
  ['tools/call', specTypeSchemas.CallToolRequest],
  ['prompts/list', specTypeSchemas.ListPromptsRequest],
  ['prompts/get', specTypeSchemas.GetPromptRequest],
  ['resources/list', specTypeSchemas.ListResourcesRequest],
  ['resources/templates/list', specTypeSchemas.ListResourceTemplatesRequest],
  ['resources/read', specTypeSchemas.ReadResourceRequest],
])

/** Faults told of one request. */
const FAULTS_TOLD_MAX = 5

/** A message, or the messages of a batch, that was just read: `"arguments": null` is what some clients send of a call that takes none. */
export function withoutNullArguments(read: unknown): unknown {
  for (const message of [read].flat() as { params?: { arguments?: unknown } | null }[]) {
    // As: whatever else it is, it has no such member, and the protocol looks at it next.
    if (message?.params?.arguments === null) delete message.params.arguments
  }
  return read
}

/** The refusal of such a request, of the older era; undefined for any other. */
export function refusalOfParams(request: JSONRPCRequest): Response | undefined {
  const result = SHAPES.get(request.method)?.['~standard'].validate(request)
  if (result?.issues === undefined) return undefined
  const faults = result.issues.slice(0, FAULTS_TOLD_MAX).map(({ path = [], message }) => {
    const steps = path.map((step) => String(typeof step === 'object' ? step.key : step))
    return `${steps.join('.')}: ${message}`
  })
  const error = { code: INVALID_PARAMS, message: `Invalid params. ${faults.join('; ')}.` }
  return Response.json({ jsonrpc: '2.0', id: request.id, error })
}
