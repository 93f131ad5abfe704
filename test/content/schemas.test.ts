import { describe, expect, test } from 'vitest'
import { BUILTIN_SCHEMAS } from '../../src/content/index.ts'
import { closeDatabase, openDatabase } from '../../src/store/index.ts'
import { openSchemas } from '../support/open-schemas.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Compatibility, SchemaRecord } from '../../src/content/index.ts'

/** A schema of readings of a sensor. */
function reading(changes: Partial<SchemaRecord> & { schema?: unknown } = {}): SchemaRecord {
  const { schema = { type: 'object', required: ['celsius'], properties: { celsius: { type: 'number' } } }, ...rest } =
    changes
  return {
    contentType: 'reading',
    version: 1,
    compatibility: 'backward',
    description: undefined,
    text: JSON.stringify(schema),
    ...rest,
  }
}

describe('a registered schema', () => {
  test('is listed, got, used for its type and by its name, and removed', async () => {
    const schemas = openSchemas()
    await expect(schemas.check({ type: 'reading', celsius: 'warm' })).resolves.toEqual({
      kind: 'unknown',
      schemaId: undefined,
    })
    await schemas.register(reading({ description: 'what a sensor saw' }))
    expect(schemas.get('reading/v1')).toMatchObject({ origin: 'local', description: 'what a sensor saw' })
    expect(schemas.list()).toHaveLength(BUILTIN_SCHEMAS.length + 1)
    await expect(schemas.check({ type: 'reading', celsius: 20 })).resolves.toEqual({
      kind: 'fits',
      schemaId: 'reading/v1',
    })
    await expect(schemas.check({ celsius: 'warm' }, 'reading/v1')).resolves.toEqual({
      kind: 'misfits',
      schemaId: 'reading/v1',
      mismatches: [{ field: 'celsius', message: 'must be number' }],
    })
    schemas.remove('reading/v1')
    expect(() => schemas.get('reading/v1')).toThrow(expect.objectContaining({ code: 'SCHEMA_NOT_FOUND' }))
    await expect(schemas.check({ type: 'reading' })).resolves.toMatchObject({ kind: 'unknown' })
  })

  test('is there after a restart', async () => {
    const path = `${temporaryDirectory()}/egregore.db`
    const before = openDatabase(path)
    await openSchemas({ database: before }).register(reading({ description: 'kept', compatibility: 'full' }))
    closeDatabase(before)
    const database = openDatabase(path)
    const schemas = openSchemas({ database })
    expect(schemas.get('reading/v1')).toEqual({
      ...reading({ description: 'kept', compatibility: 'full' }),
      origin: 'local',
    })
    await expect(schemas.check({ type: 'reading' })).resolves.toMatchObject({ kind: 'misfits' })
    schemas.remove('reading/v1')
    closeDatabase(database)
    const after = openDatabase(path)
    expect(openSchemas({ database: after }).list()).toHaveLength(BUILTIN_SCHEMAS.length)
    closeDatabase(after)
  })

  test('of a higher version is the one for its type, until it is removed', async () => {
    const schemas = openSchemas()
    const schema = { type: 'object', properties: { mood: { enum: ['good'] } } }
    await schemas.register(reading({ contentType: 'message', version: 2, schema }))
    await expect(schemas.check({ type: 'message', mood: 'bad' })).resolves.toMatchObject({
      schemaId: 'message/v2',
      kind: 'misfits',
    })
    await expect(schemas.check({ type: 'message', text: 'x' }, 'message/v1')).resolves.toMatchObject({ kind: 'fits' })
    schemas.remove('message/v2')
    await expect(schemas.check({ type: 'message', text: 'x' })).resolves.toMatchObject({
      schemaId: 'message/v1',
      kind: 'fits',
    })
  })

  test.each(['__proto__', 'constructor', 'toString', 'nested/path', 'größe'])(
    'may be of the type %s',
    async (contentType) => {
      const schemas = openSchemas()
      await schemas.register(reading({ contentType }))
      await expect(schemas.check(JSON.parse(`{"type":"${contentType}"}`))).resolves.toMatchObject({
        kind: 'misfits',
        schemaId: `${contentType}/v1`,
      })
    },
  )

  test('has annotations, formats and references to itself', async () => {
    const schemas = openSchemas()
    const schema = {
      $id: 'https://example.org/tree',
      'x-note': 'unknown keywords mean nothing',
      type: 'object',
      properties: {
        when: { format: 'date-time' },
        like: { format: 'a-format-of-ours' },
        inner: { $ref: '#' },
        leaf: { $ref: '#/$defs/leaf' },
      },
      $defs: { leaf: { maxLength: 2 } },
    }
    await schemas.register(reading({ contentType: 'tree', schema }))
    // The same $id once more is another schema.
    await schemas.register(
      reading({ contentType: 'other tree'.replace(' ', '-'), schema: { ...schema, required: ['leaf'] } }),
    )
    await expect(schemas.check({ inner: { inner: { when: 'now', leaf: 'abc' } } }, 'tree/v1')).resolves.toMatchObject({
      mismatches: [{ field: 'inner.inner.when' }, { field: 'inner.inner.leaf' }],
    })
    await expect(schemas.check({ like: 'anything' }, 'tree/v1')).resolves.toMatchObject({ kind: 'fits' })
    await expect(schemas.check({}, 'other-tree/v1')).resolves.toMatchObject({ kind: 'misfits' })
  })

  test('tells of twenty fields at most', async () => {
    const schemas = openSchemas()
    await schemas.register(reading({ schema: { type: 'object', properties: { list: { items: { type: 'string' } } } } }))
    const verdict = await schemas.check({ list: Array(1_000).fill(1) }, 'reading/v1')
    expect(verdict.kind === 'misfits' && verdict.mismatches).toHaveLength(20)
  })
})

describe('what is not registered', () => {
  test.each<[string, unknown, RegExp]>([
    ['a type that there is not', { type: 'thing' }, /schema is invalid/],
    ['a pattern that is none', { pattern: '((' }, /regular expression/i],
    ['a reference to elsewhere', { $ref: 'https://example.org/schema.json' }, /can't resolve reference/],
    ['a reference to a file', { $ref: 'file:///etc/passwd' }, /can't resolve reference/],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, /no schema with key or ref/],
    ['a check that would answer later', { $async: true, type: 'object' }, /\$async/],
    ['a number', 5, /schema must be object or boolean/],
  ])('%s', async (_, schema, reason) => {
    const schemas = openSchemas()
    await expect(schemas.register(reading({ schema }))).rejects.toMatchObject({
      code: 'SCHEMA_INVALID',
      message: expect.stringMatching(reason),
      details: { faults: [{ field: 'json_schema' }] },
    })
    expect(schemas.list()).toHaveLength(BUILTIN_SCHEMAS.length)
  })

  test('a schema of 65,537 bytes; one of 65,536 is', async () => {
    const schemas = openSchemas()
    const ofBytes = (bytes: number): SchemaRecord =>
      reading({ schema: { $comment: 'x'.repeat(bytes - '{"$comment":""}'.length) } })
    await expect(schemas.register(ofBytes(65_537))).rejects.toMatchObject({ code: 'SCHEMA_INVALID' })
    await expect(schemas.register(ofBytes(65_536))).resolves.toMatchObject({ version: 1 })
  })

  test('the 257th schema', async () => {
    const schemas = openSchemas()
    for (let count = 0; count < 256; count++) await schemas.register(reading({ contentType: `t${count}`, schema: {} }))
    await expect(schemas.register(reading({ schema: {} }))).rejects.toMatchObject({
      code: 'SCHEMA_LIMIT',
      details: { schemas: 256, bytes: 4_194_304 },
    })
    schemas.remove('t7/v1')
    await expect(schemas.register(reading({ schema: {} }))).resolves.toBeDefined()
  })

  test('more than 4 MiB of them', async () => {
    const schemas = openSchemas()
    const large = { $comment: 'x'.repeat(65_000) }
    for (let count = 0; count < 64; count++)
      await schemas.register(reading({ contentType: `t${count}`, schema: large }))
    await expect(schemas.register(reading({ schema: large }))).rejects.toMatchObject({ code: 'SCHEMA_LIMIT' })
  })

  test('a version that is not above the latest, also of a type of ours', async () => {
    const schemas = openSchemas()
    await schemas.register(reading({ version: 3 }))
    for (const version of [1, 2, 3]) {
      await expect(schemas.register(reading({ version }))).rejects.toMatchObject({ code: 'SCHEMA_VERSION_TAKEN' })
    }
    await expect(schemas.register(reading({ contentType: 'insight' }))).rejects.toMatchObject({
      code: 'SCHEMA_VERSION_TAKEN',
    })
  })

  test('the second of two at once', async () => {
    const schemas = openSchemas()
    const results = await Promise.allSettled([schemas.register(reading()), schemas.register(reading({ schema: {} }))])
    expect(results).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'SCHEMA_VERSION_TAKEN' } }])
    expect(schemas.get('reading/v1').text).toBe(reading().text)
  })
})

describe('compatibility with the version before', () => {
  const old = { required: ['a'], properties: { a: {}, b: {} } }

  test.each<[Compatibility, unknown, boolean]>([
    ['backward', { required: ['a', 'b'] }, true],
    ['backward', { required: ['a', 'c'] }, false],
    ['backward', { required: [] }, true],
    ['forward', { required: [] }, false],
    ['forward', { required: ['a', 'c'] }, true],
    ['full', { required: ['a', 'b'] }, true],
    ['full', { required: ['b'] }, false],
    ['full', { required: ['a', 'c'] }, false],
    ['none', { required: ['c'] }, true],
  ])('%s: %j is taken: %s', async (compatibility, schema, isTaken) => {
    const schemas = openSchemas()
    await schemas.register(reading({ schema: old }))
    const next = schemas.register(reading({ version: 2, compatibility, schema }))
    if (isTaken) await expect(next).resolves.toMatchObject({ version: 2 })
    else
      await expect(next).rejects.toMatchObject({
        code: 'SCHEMA_INCOMPATIBLE',
        message: expect.stringContaining('reading/v2'),
      })
  })

  test('is asked of no version that skips one', async () => {
    const schemas = openSchemas()
    await schemas.register(reading({ schema: old }))
    await expect(schemas.register(reading({ version: 3, schema: { required: ['c'] } }))).resolves.toBeDefined()
  })
})

test('what came with this software stays, and what is not there cannot be removed', () => {
  const schemas = openSchemas()
  expect(() => schemas.remove('insight/v1')).toThrow(expect.objectContaining({ code: 'SCHEMA_BUILTIN' }))
  expect(() => schemas.remove('insight/v2')).toThrow(expect.objectContaining({ code: 'SCHEMA_NOT_FOUND' }))
})
