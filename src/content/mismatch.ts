// What a validator says of content that does not fit, as fields and sentences.

import { MISMATCHES_TOLD_MAX } from './constants.ts'
import type { ErrorObject } from 'ajv/dist/2020.js'

/** One way in which content does not fit its schema. */
export interface Mismatch {
  /** `title`, `tags[1]`; empty for the content as a whole. */
  field: string
  /** What is expected, to stand behind the field's name: `is missing`. */
  message: string
}

/** The errors that say something to a person, each field once. */
export function mismatchesOf(errors: readonly ErrorObject[]): Mismatch[] {
  const byField = new Map<string, Mismatch>()
  for (const error of errors) {
    if (TELLS_NOTHING.has(error.keyword)) continue
    const mismatch = mismatchOf(error)
    if (!byField.has(mismatch.field)) byField.set(mismatch.field, mismatch)
    if (byField.size >= MISMATCHES_TOLD_MAX) break
  }
  if (byField.size === 0) return [{ field: '', message: 'does not fit the schema' }]
  return [...byField.values()]
}

/** These only say that one of the others was found. */
const TELLS_NOTHING = new Set(['if'])

function mismatchOf({ keyword, instancePath, params, message, parentSchema }: ErrorObject): Mismatch {
  const steps = stepsOf(instancePath)
  if (keyword === 'required')
    return { field: fieldOf([...steps, String(params.missingProperty)]), message: 'is missing' }
  const field = fieldOf(steps)
  const { title } = (parentSchema ?? {}) as { title?: unknown }
  if (keyword === 'pattern' && typeof title === 'string') return { field, message: `must be ${title.slice(0, 200)}` }
  return { field, message: (message ?? 'does not fit the schema').replace('NOT', 'not').slice(0, 300) }
}

/** A JSON Pointer, read. */
function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** `['tags', '0']` → `tags[0]` */
function fieldOf(steps: readonly string[]): string {
  return steps
    .map((step, at) => (/^\d+$/.test(step) ? `[${step}]` : `${at > 0 ? '.' : ''}${step}`))
    .join('')
    .slice(0, 200)
}
