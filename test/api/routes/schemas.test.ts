import { describe, expect, test } from 'vitest'
import { openLog } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'

const SCHEMA = { type: 'object', required: ['celsius'], properties: { celsius: { type: 'number' } } }
const READING = { content_type: 'reading', version: 1, json_schema: SCHEMA }

describe('schemas', () => {
  test('are listed by type and version, those of this software among them', async () => {
    const { get, post } = openApi()
    await post('/v1/schemas', READING)
    const { data } = await get('/v1/schemas')
    expect(data.schemas.map((schema: { schema_id: string }) => schema.schema_id)).toEqual([
      'dispute/v1',
      'endorsement/v1',
      'insight/v1',
      'memory/v1',
      'message/v1',
      'profile/v1',
      'query/v1',
      'reading/v1',
      'response/v1',
      'retract/v1',
    ])
    expect(data.schemas[2]).toEqual({
      schema_id: 'insight/v1',
      content_type: 'insight',
      version: 1,
      codec: 'json',
      compatibility: 'backward',
      description: 'Knowledge: something that was seen, and what follows from it.',
      origin: 'builtin',
    })
  })

  test('are registered with all that the original takes, and got under their id, slash or not', async () => {
    const { get, post } = openApi()
    const more = { codec: 'json', compatibility: 'none', description: 'of a sensor' }
    const { status, data, headers } = await post('/v1/schemas', { ...READING, ...more, unknown: 1 })
    expect(status).toBe(201)
    expect(data).toEqual({ schema_id: 'reading/v1', content_type: 'reading', version: 1, ...more, origin: 'local' })
    expect(headers.get('location')).toBe('/v1/schemas/reading%2Fv1')
    for (const path of ['/v1/schemas/reading/v1', '/v1/schemas/reading%2Fv1']) {
      expect((await get(path)).data).toEqual({ ...data, json_schema: SCHEMA })
    }
  })

  test('without the rest are backward compatible JSON', async () => {
    const { post } = openApi()
    const nothing = { codec: null, compatibility: null, description: null }
    expect((await post('/v1/schemas', { ...READING, ...nothing })).data).toMatchObject({
      codec: 'json',
      compatibility: 'backward',
      description: null,
    })
  })

  test('keep the spelling of their numbers', async () => {
    const { get, post } = openApi()
    await post(
      '/v1/schemas',
      '{"content_type":" t ","version":1,"json_schema":{"maximum":1.50,"const":9007199254740993}}',
    )
    expect((await get('/v1/schemas/t/v1')).text).toContain('"json_schema":{"maximum":1.50,"const":9007199254740993}')
  })

  test('are what content of their type is held against at publish', async () => {
    const { post } = openApi()
    await post('/v1/schemas', READING)
    const { status, metadata } = await post('/v1/publish', { content: { type: 'reading', celsius: 'warm' } })
    expect(status).toBe(201)
    expect(metadata.warnings).toEqual([
      { code: 'SCHEMA_MISMATCH', field: 'content.celsius', message: 'content.celsius must be number (reading/v1).' },
    ])
    await expect(post('/v1/publish', { content: { celsius: 'warm' }, schema_id: 'reading/v1' })).resolves.toMatchObject(
      {
        status: 400,
        error: { code: 'SCHEMA_MISMATCH' },
      },
    )
    await expect(post('/v1/publish', { content: { celsius: 1.5 }, schema_id: 'reading/v1' })).resolves.toMatchObject({
      status: 201,
    })
  })

  test('are removed when they were registered here', async () => {
    const { call, get, post } = openApi()
    await post('/v1/schemas', READING)
    await expect(call('DELETE', '/v1/schemas/reading/v1')).resolves.toMatchObject({ status: 204 })
    await expect(get('/v1/schemas/reading/v1')).resolves.toMatchObject({
      status: 404,
      error: { code: 'SCHEMA_NOT_FOUND' },
    })
    await expect(call('DELETE', '/v1/schemas/reading/v1')).resolves.toMatchObject({
      status: 404,
      error: { code: 'SCHEMA_NOT_FOUND' },
    })
    await expect(call('DELETE', '/v1/schemas/insight/v1')).resolves.toMatchObject({
      status: 409,
      error: { code: 'SCHEMA_BUILTIN' },
    })
  })

  test('a version may be spelled with a point, as programs with floats spell it', async () => {
    const body = JSON.stringify({ ...READING, version: '?' }).replace('"?"', '1.0')
    await expect(openApi().post('/v1/schemas', body)).resolves.toMatchObject({ status: 201, data: { version: 1 } })
  })

  test('outlive the API that took them', async () => {
    const on = openLog()
    await openApi({ on }).post('/v1/schemas', READING)
    await expect(openApi({ on }).get('/v1/schemas/reading/v1')).resolves.toMatchObject({ status: 200 })
  })
})

describe('what cannot be registered', () => {
  test.each<[number, string, string, unknown]>([
    [400, 'INVALID_CONTENT_TYPE', 'content_type', { ...READING, content_type: '  ' }],
    [400, 'INVALID_CONTENT_TYPE', 'content_type', { ...READING, content_type: 'x'.repeat(129) }],
    [400, 'INVALID_CONTENT_TYPE', 'content_type', { ...READING, content_type: '\u{1F41D}'.repeat(51) }],
    [400, 'INVALID_CONTENT_TYPE', 'content_type', { ...READING, content_type: 'two words' }],
    [400, 'INVALID_CONTENT_TYPE', 'content_type', { ...READING, content_type: 'a\u0007b' }],
    [400, 'INVALID_VERSION', 'version', { ...READING, version: 0 }],
    [400, 'INVALID_VERSION', 'version', { ...READING, version: 1.5 }],
    [400, 'INVALID_VERSION', 'version', { ...READING, version: 4_294_967_296 }],
    [400, 'INVALID_VERSION', 'version', { ...READING, version: '1' }],
    [400, 'INVALID_JSON_SCHEMA', 'json_schema', { ...READING, json_schema: true }],
    [400, 'INVALID_JSON_SCHEMA', 'json_schema', { ...READING, json_schema: [] }],
    [400, 'INVALID_JSON_SCHEMA', 'json_schema', { ...READING, json_schema: { type: 'thing' } }],
    [400, 'INVALID_JSON_SCHEMA', 'json_schema', { ...READING, json_schema: { $ref: 'http://127.0.0.1:1/x' } }],
    [422, 'INVALID_BODY', 'content_type', { ...READING, content_type: 5 }],
    [422, 'INVALID_BODY', 'codec', { ...READING, codec: 'protobuf' }],
    [422, 'INVALID_BODY', 'compatibility', { ...READING, compatibility: 'some' }],
    [422, 'INVALID_BODY', 'description', { ...READING, description: 'x'.repeat(1_001) }],
    [409, 'SCHEMA_VERSION_TAKEN', 'version', { ...READING, content_type: 'insight' }],
  ])('%s %s: %s', async (status, code, field, body) => {
    const answer = await openApi().post('/v1/schemas', body)
    expect({ status: answer.status, code: answer.error.code }).toEqual({ status, code })
    expect(answer.error.details).toMatchObject([{ field }])
  })

  test.each([
    { ...READING, content_type: 'x'.repeat(128) },
    { ...READING, content_type: '\u{1F41D}'.repeat(50) },
    { ...READING, version: 4_294_967_295 },
    { ...READING, description: 'x'.repeat(1_000) },
  ])('the other side of each limit can', async (body) => {
    await expect(openApi().post('/v1/schemas', body)).resolves.toMatchObject({ status: 201 })
  })

  test('a version that breaks its promise says what it breaks', async () => {
    const { post } = openApi()
    await post('/v1/schemas', READING)
    const json_schema = { required: ['celsius', 'where'] }
    await expect(post('/v1/schemas', { ...READING, version: 2, json_schema })).resolves.toMatchObject({
      status: 409,
      error: { code: 'SCHEMA_INCOMPATIBLE', message: expect.stringContaining('"where"') },
    })
  })
})

describe('validation', () => {
  const insight = { type: 'insight', title: 'x', observation: 'y' }

  test.each([
    [{ content: insight }, { valid: true, schema_id: 'insight/v1' }],
    [
      { content: insight, schema_id: null },
      { valid: true, schema_id: 'insight/v1' },
    ],
    [{ content: { type: 'demo' } }, { valid: true, schema_id: null }],
    [{ content: 'words' }, { valid: true, schema_id: null }],
    [
      { content: { ...insight, title: 5 } },
      {
        valid: false,
        schema_id: 'insight/v1',
        error: 'title must be string.',
        details: [{ field: 'title', message: 'must be string' }],
      },
    ],
    [
      { content: 5, schema_id: 'insight/v1' },
      {
        valid: false,
        schema_id: 'insight/v1',
        error: 'content must be object.',
        details: [{ field: 'content', message: 'must be object' }],
      },
    ],
    [
      { content: insight, schema_id: 'demo/v1' },
      { valid: false, schema_id: 'demo/v1', error: 'There is no schema demo/v1 here.' },
    ],
  ])('of %j', async (body, expected) => {
    const { post, log } = openApi()
    await expect(post('/v1/schemas/validate', body)).resolves.toMatchObject({ status: 200, data: expected })
    expect(log.counts().messages).toBe(0)
  })

  test.each([
    [422, 'INVALID_BODY', {}],
    [400, 'INVALID_SCHEMA_ID', { content: 1, schema_id: ' ' }],
    [413, 'LOG_DRAFT_TOO_LARGE', { content: 'x'.repeat(65_535) }],
    [422, 'LOG_DRAFT_INVALID', { content: '\ud800' }],
  ])('is refused with %s %s', async (status, code, body) => {
    await expect(openApi().post('/v1/schemas/validate', body)).resolves.toMatchObject({ status, error: { code } })
  })
})
