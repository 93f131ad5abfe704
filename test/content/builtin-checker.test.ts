import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { BuiltinChecker } from '../../src/content/builtin-checker.ts'
import { BUILTIN_SCHEMAS } from '../../src/content/index.ts'

interface Vector {
  name: string
  content: unknown
  expect: { fits: true } | { misfits: string[] }
}

/** Every folder of protocols/content/, named in full so that `npm run check` finds who reads it. */
const FOLDERS = [
  'protocols/content/dispute/1',
  'protocols/content/endorsement/1',
  'protocols/content/insight/1',
  'protocols/content/memory/1',
  'protocols/content/message/1',
  'protocols/content/profile/1',
  'protocols/content/query/1',
  'protocols/content/response/1',
  'protocols/content/retract/1',
]

const checker = new BuiltinChecker()

describe.each(FOLDERS)('%s', (folder) => {
  const type = folder.split('/')[2] ?? ''
  const file = new URL(`../../${folder}/vectors/${type}.json`, import.meta.url)
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }

  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, { content, expect: expected }) => {
    const fields = checker.check(`${type}/v1`, content).map(({ field }) => field)
    expect(fields.toSorted()).toEqual('fits' in expected ? [] : expected.misfits.toSorted())
  })

  test('the schema is one of JSON Schema 2020-12', () => {
    const { text = '' } = BUILTIN_SCHEMAS.find(({ contentType }) => contentType === type) ?? {}
    const jsonSchema = JSON.parse(text)
    expect(jsonSchema).toMatchObject({
      $id: `urn:egregore:protocols:content:${type}:1`,
      properties: { type: { const: type } },
    })
    expect(new Ajv2020({ strictTypes: false, formats: { 'date-time': true } }).validateSchema(jsonSchema)).toBe(true)
  })
})

test('every folder is a type, and every type a folder', () => {
  expect(BUILTIN_SCHEMAS.map(({ contentType }) => `protocols/content/${contentType}/1`)).toEqual(FOLDERS)
})

test('a mismatch says what is expected', () => {
  const content = { type: 'insight', title: 'x'.repeat(301), tags: ['a', 5], supersedes: 'abc', confidence: 2 }
  expect(checker.check('insight/v1', content)).toEqual([
    { field: 'observation', message: 'is missing' },
    { field: 'title', message: 'must not have more than 300 characters' },
    { field: 'confidence', message: 'must be <= 1' },
    { field: 'tags[1]', message: 'must be string' },
    { field: 'supersedes', message: 'must be the hash of a message: 64 lower-case hex characters' },
  ])
})

test.each([['text'], [5], [null], [['insight']], [true]])('content that is no object fits no type: %j', (content) => {
  expect(checker.check('message/v1', content)).toEqual([{ field: '', message: 'must be object' }])
})

test('names that every object inherits are no fields', () => {
  const content = JSON.parse('{"type":"message","text":"x","__proto__":{"text":5},"constructor":5,"toString":[]}')
  expect(checker.check('message/v1', content)).toEqual([])
  expect(checker.check('message/v1', JSON.parse('{"type":"message","__proto__":{"text":"x"}}'))).toHaveLength(1)
})

/** 64 KiB that a check could take long over. A check of each is a matter of a few milliseconds; the bound leaves room for a busy machine. */
const HEAVY: [string, unknown][] = [
  [
    'combining marks in the wrong order',
    { type: 'insight', title: `a${'\u0301'.repeat(16_000)}${'\u0316'.repeat(16_000)}` },
  ],
  [
    'combining marks as long as a title may be',
    { type: 'insight', title: `a${'\u0301'.repeat(1_199)}${'\u0316'.repeat(1_199)}` },
  ],
  ['thousands of wrong tags', { type: 'insight', tags: Array(32_000).fill(1) }],
  ['thousands of wrong recipients', { type: 'message', to: Array(20_000).fill('@') }],
  ['thousands of fields', Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`k${at}`, 0]))],
]

test.each(HEAVY)('%s are checked in the time of one look', (_, content) => {
  const started = process.threadCpuUsage()
  for (let round = 0; round < 5; round++) checker.check('insight/v1', content)
  const { user, system } = process.threadCpuUsage(started)
  expect((user + system) / 5_000).toBeLessThan(100)
})
