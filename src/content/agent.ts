// Several agents may share one node, and so one author: content may name the one that speaks.

import { AGENT_LENGTH_MAX } from './constants.ts'
import { isText } from './text.ts'

/**
 * The name of the agent that says this, or undefined when there is none or it is no text of 1 to 80 code points. What filters by agent,
 * lists and streams alike, compares this.
 */
export function agentOf(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null) return undefined
  const { agent } = content as { agent?: unknown }
  return isText(agent, AGENT_LENGTH_MAX) ? agent : undefined
}
