// The last step of a call: a payload or an error becomes the result of a tool.

import { failureFrom } from '../errors.ts'
import { adviceOn } from './advice.ts'
import type { CallToolResult, TextContent } from '@modelcontextprotocol/server'
import type { ApiParts } from '../components.ts'
import type { ToolAnswer } from './tool.ts'

/** The payload twice: as structure for programs, and the same JSON as text for models. */
export function resultOf({ payload, note }: ToolAnswer): CallToolResult {
  const content: TextContent[] = [{ type: 'text', text: JSON.stringify(payload) }]
  if (note !== undefined) content.push({ type: 'text', text: note })
  return { content, structuredContent: payload }
}

/** An error that the model can read and act on: the public code, what is wrong, what to do. */
export function failedResult({ logger }: ApiParts, tool: string, error: unknown): CallToolResult {
  const { code, message, status } = failureFrom(error)
  if (code === 'INTERNAL') logger.error({ tool, code, err: error }, 'tool call failed')
  else logger.debug({ tool, code }, 'tool call refused')
  return { isError: true, content: [{ type: 'text', text: `${code}: ${message} ${adviceOn(code, status)}`.trim() }] }
}
