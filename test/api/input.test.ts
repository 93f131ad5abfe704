import { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { check } from '../../src/api/input.ts'

test.each([
  [z.enum(['a']), 'x', 'must be a'],
  [z.enum(['a', 'b', 'c']), 'x', 'must be a, b or c'],
  [z.enum(['a', 'b'], { error: 'must be a letter' }), 'x', 'must be a letter'],
  [z.array(z.string()).min(1), [], 'must have 1 at least'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must have 1 at most'],
  [z.number().max(1), 2, 'must be 1 at most'],
  [z.number().min(1), 0, 'must be 1 at least'],
  [z.string(), 5, 'must be a string'],
  [z.number().int(), 1.5, 'must be a whole number'],
])('what a schema has no words for is said in words (%#)', (schema, value, expected) => {
  expect(() => check(z.object({ field: schema }), { field: value }, 'INVALID_BODY')).toThrow(`field ${expected}.`)
})

test('a name that an object or a record does not take is told, with those that it takes', () => {
  const schema = z.object({ field: z.strictObject({ visibility: z.string().nullish(), text: z.string().nullish() }) })
  expect(() => check(schema, { field: { scope: 'local', x: 1 } }, 'INVALID_BODY')).toThrow(
    'field takes no "scope" or "x", but visibility, text.',
  )
  expect(() => check(schema.shape.field, { scope: 'local' }, 'INVALID_BODY')).toThrow(
    'The body takes no "scope", but visibility, text.',
  )
  const levels = z.object({ levels: z.partialRecord(z.enum(['api', 'log']), z.string()) })
  expect(() => check(levels, { levels: { net: 'debug' } }, 'INVALID_BODY')).toThrow(
    'levels takes no "net", but api, log.',
  )
})

test('a parameter that stands twice is told so; a list in a body is no text', () => {
  const schema = z.object({ field: z.string() })
  expect(() => check(schema, { field: ['a', 'b'] }, 'INVALID_QUERY')).toThrow('field must be given once.')
  expect(() => check(schema, { field: ['a', 'b'] }, 'INVALID_BODY')).toThrow('field must be a string.')
})
