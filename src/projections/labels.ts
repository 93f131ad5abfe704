// The names of the lists that a message stands in besides the list of everything: by type, tag, thread, trace, agent, category and
// project, and of a memory by what it says.

import { hash } from 'node:crypto'
import { agentOf, categoryOf, projectOf, sayingOf, threadOf } from '../content/index.ts'
import { LABEL_LENGTH_MAX, TAGS_LISTED_MAX } from './constants.ts'
import type { Envelope } from '../log/index.ts'

/** What a message can be looked up by. */
export type LabelKind = 'type' | 'tag' | 'relates' | 'trace' | 'agent' | 'category' | 'project' | 'said'

/** @example label('tag', 'sqlite') // 'tag:sqlite' */
export function label(kind: LabelKind, value: string): string {
  const isShort = value.length <= LABEL_LENGTH_MAX && !value.includes('\n')
  return isShort ? `${kind}:${value}` : `${kind}#${hash('sha256', value)}`
}

/** The labels of one message, each once. None holds a line break. */
export function labelsOf({ content, tags, relates, trace_id: traceId }: Envelope): string[] {
  const fields = isObject(content) ? content : {}
  const labels: string[] = []
  if (typeof fields.type === 'string') labels.push(label('type', fields.type))
  for (const tag of listedTags(tags)) labels.push(label('tag', tag))
  const thread = relates ?? threadOf(content)
  if (thread !== undefined) labels.push(label('relates', thread))
  if (traceId !== undefined) labels.push(label('trace', traceId))
  const named = {
    agent: agentOf(content),
    category: categoryOf(content),
    project: projectOf(content),
    said: sayingOf(content),
  }
  for (const kind of ['agent', 'category', 'project', 'said'] as const) {
    const value = named[kind]
    if (value !== undefined) labels.push(label(kind, value))
  }
  return labels
}

/** The first tags of a message, each once. */
export function listedTags(tags: readonly string[] = []): readonly string[] {
  return tags.length <= 1 ? tags : [...new Set(tags)].slice(0, TAGS_LISTED_MAX)
}

function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}
