// Memories as people name them and read them.

import { authorCell } from '../authors.ts'
import { messageUnder } from '../message-under.ts'
import { age, cut, plain } from '../output.ts'
import type { MemoryData } from '../../api/index.ts'
import type { NodeClient } from '../client.ts'

export const MEMORY_HEADINGS = ['ID', 'AGE', 'AUTHOR', 'CATEGORY', 'MEMORY']

export function memoryRow(memory: MemoryData, now: number): string[] {
  const { content, title, category } = fieldsIn(memory)
  const isLocal = 'id' in memory
  return [
    isLocal ? memory.id : memory.hash.slice(0, 8),
    age(isLocal ? memory.local.updated_at : memory.timestamp, now),
    isLocal ? 'this machine' : authorCell(memory.author, memory.local.author_name),
    cut(plain(category ?? 'global'), 16),
    `${marksOf(memory)}${plain(title === undefined ? content : `${title}: ${content}`)}`,
  ]
}

/** What is not in force says so before its text. */
function marksOf(memory: MemoryData): string {
  const flags = 'id' in memory ? [] : memory.local.flags
  return flags.length > 0 ? `[${flags.join(', ')}] ` : ''
}

/** Why a memory holds no longer, in a line; undefined when it does. */
export function standingOf(memory: MemoryData): string | undefined {
  const effect = 'id' in memory ? undefined : memory.local.effect
  if (effect === undefined || effect.applied) return undefined
  const by = effect.by === undefined ? '' : ` by ${effect.by}`
  return `holds no longer: ${(effect.reason ?? '').toLowerCase().replaceAll('_', ' ')}${by}`
}

export function idOf(memory: MemoryData): string {
  return 'id' in memory ? memory.id : memory.hash
}

/** A peer may have written anything in the place of any of them. */
export function fieldsIn({ content }: MemoryData): {
  content: string
  title?: string | undefined
  category?: string | undefined
} {
  const { content: text, body, title, category } = content as Readonly<Record<string, unknown>> // As: what has a type is an object.
  const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { content: textOf(text) ?? textOf(body) ?? '', title: textOf(title), category: textOf(category) }
}

/** A hash or local id as it stands, else the one hash that begins so. */
export async function idMeant(id: string, node: NodeClient): Promise<string> {
  if (/^local-|^[0-9a-f]{64}$/.test(id)) return id
  return (await messageUnder(id.toLowerCase(), node)).hash
}
