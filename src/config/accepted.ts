// What a setting accepts, in words: for the commented file and the reference.

import { z } from 'zod'
import type { Setting } from './setting.ts'

/** Such as `a whole number from 0 to 65535`. */
export function acceptedBy({ accepts }: Setting): string {
  return wordsOf(z.toJSONSchema(accepts, { io: 'input', unrepresentable: 'any' }))
}

function wordsOf(schema: z.core.JSONSchema.BaseSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(', ')
  switch (schema.type) {
    case 'integer':
      return `a whole number from ${schema.minimum} to ${schema.maximum}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return 'a list'
    case 'object':
      return 'a section'
    default:
      return 'a text'
  }
}
