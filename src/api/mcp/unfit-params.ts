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
