// A call of our own to /mcp, as an agent makes it: the tools are listed, and one is called.

import { z } from 'zod'
import { LONG_MS, ok, skipped } from '../check.ts'
import type { NodeClient } from '../../client.ts'
import type { Check, Finding } from '../check.ts'

const answerSchema = z.object({
  result: z
    .object({ tools: z.array(z.unknown()).optional(), isError: z.boolean().optional(), structuredContent: z.unknown() })
    .partial()
    .optional(),
  error: z.object({ message: z.string() }).optional(),
})

export const mcp: Check = {
  name: 'mcp',
  title: 'MCP',
  timeoutMs: LONG_MS,
  run: async ({ node, settings }, signal) => {
    if (!(settings instanceof Error) && !settings.config.mcp.enabled) return skipped('mcp.enabled is false')
    if (node === undefined) return skipped('no node answers')
    const { tools = [] } = await call(node.client, 'tools/list', {}, signal)
    const status = await call(node.client, 'tools/call', { name: 'egregore_status', arguments: {} }, signal)
    if (status.isError || tools.length === 0) return silent('a tool refused to work')
    return ok(`${tools.length} tools; egregore_status answers`)
  },
}

async function call(client: NodeClient, method: string, params: object, signal: AbortSignal) {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await client.fetch('/mcp', { method: 'POST', headers, body, signal })
  const text = await response.text()
  // One answer, as JSON or as the one event of a stream.
  const { result, error } = answerSchema.parse(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text))
  if (result === undefined)
    throw new Error(`${method} was answered with ${response.status}: ${error?.message ?? 'no result'}`)
  return result
}

function silent(found: string): Finding {
  return { verdict: 'failed', found, advice: '"egregore logs --part api" says why.' }
}
