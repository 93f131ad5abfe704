import { describe, expect, test } from 'vitest'
import { Reviewer } from '../../src/content/index.ts'
import { openSchemas } from '../support/open-schemas.ts'
import type { Reviewed, ReviewerInit } from '../../src/content/index.ts'

/** Put together when the test runs, so that no scanner finds it in this file. */
const KEY = `npm_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'.repeat(2).slice(0, 36)}`

function review(draft: Reviewed, init: Omit<ReviewerInit, 'schemas'> = {}) {
  return new Reviewer({ schemas: openSchemas(), ...init }).review(draft)
}

const INSIGHT = { type: 'insight', title: 'Rate limits', observation: 'They help' }

describe('content that nobody can fault', () => {
  test.each([
    [INSIGHT],
    [{ ...INSIGHT, cluster: 'eu-1', nested: { any: [1] } }],
    [{ type: 'response', body: 'yes', in_reply_to: 'a'.repeat(64) }],
    [{ type: 'insight', body: 'all in one text' }],
    [{ type: 'demo', anything: 1 }],
    [{ no: 'type' }],
    [{ type: 5 }],
    ['plain words'],
    [null],
    [[1, 2]],
  ])('%j', async (content) => {
    await expect(review({ content })).resolves.toEqual([])
  })

  test('numbers that keep their spelling are numbers', async () => {
    const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown } // As: the library's type is older than the engine.
    await expect(review({ content: { ...INSIGHT, confidence: rawJSON('1.0') } })).resolves.toEqual([])
    await expect(review({ content: { ...INSIGHT, confidence: rawJSON('1.5') } })).resolves.toMatchObject([
      { field: 'content.confidence' },
    ])
  })
})

describe('content that asks to be encrypted, as the original does it', () => {
  test.each([[['@somebody']], ['@somebody'], [{}]])('is refused: %j', async (readers) => {
    await expect(review({ content: { ...INSIGHT, encrypt_for: readers } })).rejects.toMatchObject({
      code: 'ENCRYPTION_UNSUPPORTED',
      details: { faults: [{ field: 'content.encrypt_for' }] },
    })
  })

  test.each([[[]], [null]])('for nobody is not: %j', async (readers) => {
    await expect(review({ content: { type: 'demo', encrypt_for: readers } })).resolves.toEqual([])
  })
})

describe('content of a known type that does not fit', () => {
  test('is warned of', async () => {
    await expect(review({ content: { type: 'insight', title: 5 } })).resolves.toEqual([
      {
        code: 'SCHEMA_MISMATCH',
        field: 'content.observation',
        message: 'content.observation is missing (insight/v1).',
      },
      { code: 'SCHEMA_MISMATCH', field: 'content.title', message: 'content.title must be string (insight/v1).' },
    ])
  })

  test.each([
    ['the schema is named', { content: { type: 'insight', title: 'x' }, schemaId: 'insight/v1' }, {}],
    ['the node is strict', { content: { type: 'insight', title: 'x' } }, { isStrict: true }],
  ])('is refused when %s', async (_, draft, init) => {
    await expect(review(draft, init)).rejects.toMatchObject({
      name: 'ContentError',
      code: 'SCHEMA_MISMATCH',
      message: 'The content does not fit insight/v1: content.observation is missing.',
      details: { schemaId: 'insight/v1', faults: [{ field: 'content.observation', message: 'is missing' }] },
    })
  })

  test('is held against the schema that is named, not against that of its type', async () => {
    await expect(review({ content: INSIGHT, schemaId: 'message/v1' })).rejects.toMatchObject({
      details: { faults: [{ field: 'content.text' }, { field: 'content.type' }] },
    })
  })

  test('is named as a whole when it is no object', async () => {
    await expect(review({ content: 5, schemaId: 'insight/v1' })).rejects.toMatchObject({
      details: { faults: [{ field: 'content', message: 'must be object' }] },
    })
  })
})

describe('a schema that is not known', () => {
  test('is warned of when it is named', async () => {
    await expect(review({ content: INSIGHT, schemaId: 'insight/v9' })).resolves.toMatchObject([
      { code: 'SCHEMA_UNKNOWN', field: 'schema_id', message: expect.stringContaining('insight/v9') },
    ])
  })

  test.each([
    ['schema_id', { content: INSIGHT, schemaId: 'x'.repeat(256) }],
    ['content.type', { content: { type: 'demo' } }],
    ['content.type', { content: 'plain words' }],
  ])('is refused by a strict node: %s', async (field, draft) => {
    await expect(review(draft, { isStrict: true })).rejects.toMatchObject({
      code: 'SCHEMA_UNKNOWN',
      details: { faults: [{ field }] },
    })
  })
})

describe('a secret', () => {
  test('is warned of, with its place and kind and without itself', async () => {
    const warnings = await review({ content: { ...INSIGHT, evidence: `it ran with ${KEY}` }, tags: ['x', KEY] })
    expect(warnings).toMatchObject([
      { code: 'SECRET_FOUND', field: 'content.evidence', message: expect.stringContaining('an npm token') },
      { code: 'SECRET_FOUND', field: 'tags[1]' },
    ])
    expect(JSON.stringify(warnings)).not.toContain(KEY)
  })

  test('is refused when the node blocks it, before anything else is said', async () => {
    const refusal = review({ content: { type: 'insight', title: KEY } }, { secrets: 'block' })
    await expect(refusal).rejects.toMatchObject({
      code: 'SECRET_FOUND',
      details: { faults: [{ field: 'content.title', message: 'looks like an npm token' }] },
    })
    await expect(refusal).rejects.toThrow(expect.not.stringContaining(KEY))
    await expect(review({ content: INSIGHT }, { secrets: 'block' })).resolves.toEqual([])
  })

  test('is not looked for when that is off', async () => {
    await expect(review({ content: { ...INSIGHT, evidence: KEY } }, { secrets: 'off' })).resolves.toEqual([])
  })
})

test.each([
  ['FEED_TOO_LARGE', 'x'.repeat(65_535)],
  ['FEED_NOT_CANONICAL', '\ud800'],
])('content that cannot be signed is refused as the log does: %s', async (code, content) => {
  await expect(review({ content })).rejects.toMatchObject({ code })
})
