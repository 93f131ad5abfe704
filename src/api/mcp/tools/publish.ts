// egregore_publish: what an agent says becomes the next message of this node's feed.

import { z } from '@hono/zod-openapi'
import { publishRoute } from '../../routes/publish.ts'
import { MessageShape } from '../../shapes/message.ts'
import { JsonValue } from '../../shapes/values.ts'
import { readMessage } from '../shown-message.ts'
import { callRoute, defineTool, warningsOf } from '../tool.ts'
import type { ToolCall } from '../tool.ts'

const Arguments = z.object({
  content: JsonValue.describe(
    'Any JSON value; best an object with a type. insight: title, observation. query: question. response: query_hash, answer.',
  ),
  relates: z.string().optional().describe('Hash of the message that this one answers or belongs to.'),
  in_reply_to: z.string().optional().describe('Another name of relates.'),
  tags: z.array(z.string()).optional().describe('By which others find it.'),
  schema_id: z.string().optional().describe('The schema that content keeps to.'),
  trace_id: z.string().optional().describe('Of distributed tracing.'),
  span_id: z.string().optional().describe('Of distributed tracing.'),
  expires_at: z.string().optional().describe('RFC 3339 time at which the message leaves every view.'),
  // Agents that know the original would take an argument that is ignored for encryption that took place.
  encrypt_for: z
    .array(z.string())
    .max(0, {
      error: 'must be empty: this node cannot encrypt yet, and whatever is published can be read by everybody',
    })
    .optional()
    .describe('Not supported: leave it out.'),
})

export const publishTool = defineTool(
  {
    name: 'egregore_publish',
    title: 'Publish to the shared memory',
    description:
      'Signs a message and appends it to this node’s feed, from where it reaches all other nodes. It cannot be changed or taken back: no secrets, no private data. Answers the message with its hash.',
    input: Arguments,
    output: MessageShape,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  },
  async (parts, { encrypt_for: _, ...given }, call) => {
    const answer = await callRoute(parts, publishRoute, { body: { ...given, content: contentOf(call) } })
    return { payload: 'json' in answer ? readMessage(answer.json) : undefined, note: warningsOf(answer) }
  },
)

/** Numbers are signed as the client spelled them. Several agents may share a node: each content says whose it is. */
function contentOf({ exact: { content }, clientName }: ToolCall): unknown {
  const isObject =
    typeof content === 'object' && content !== null && !Array.isArray(content) && !Object.isFrozen(content)
  if (!isObject || clientName === undefined || 'agent' in content) return content
  return { ...content, agent: clientName }
}
