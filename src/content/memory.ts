// What of a content a memory is found by: its category, its project, and the text that it says. protocols/content/memory/1.

import { hash } from 'node:crypto'

/** Of a memory that names none. */
const CATEGORY_DEFAULT = 'global'

/** The category of any content that names one, and of every memory. */
export function categoryOf(content: unknown): string | undefined {
  const { type, category } = fieldsOf(content)
  if (typeof category === 'string') return category
  return type === 'memory' ? CATEGORY_DEFAULT : undefined
}

export function projectOf(content: unknown): string | undefined {
  const { project } = fieldsOf(content)
  return typeof project === 'string' ? project : undefined
}

/**
 * A name for what a memory says about its project; undefined for what is no memory. Two that differ in nothing but white space, or in how
 * their characters are composed, say the same. Case counts: `PORT` and `port` may well be two things.
 */
export function sayingOf(content: unknown): string | undefined {
  const { type, content: text, body } = fieldsOf(content)
  const said = text ?? body
  if (type !== 'memory' || typeof said !== 'string') return undefined
  return hash('sha256', JSON.stringify([normalised(projectOf(content) ?? ''), normalised(said)]))
}

function normalised(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim()
}

function fieldsOf(content: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content)
  return isObject ? (content as Readonly<Record<string, unknown>>) : {} // As: any object has unknown members.
}
