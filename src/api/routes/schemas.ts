// GET, POST and DELETE /v1/schemas, and POST /v1/schemas/validate: the forms of content that this node knows, and what fits them.

import { z } from '@hono/zod-openapi'
import { schemaIdOf } from '../../content/index.ts'
import { canonicalContent } from '../../feed/index.ts'
import { SAYS_SOMETHING, valueOfNumber, withCode } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { SchemaInfoShape, SchemaShape, ValidationShape } from '../shapes/schemas.ts'
import { JsonValue } from '../shapes/values.ts'
import type { SchemaDefinition, Verdict } from '../../content/index.ts'
import type { SchemaInfoData, ValidationData } from '../shapes/schemas.ts'

const SchemaParams = z.object({ schema_id: z.string().openapi({ example: 'insight/v1' }) })

const ContentType = z
  .string()
  .trim()
  .refine((text) => /^[^\s\p{C}]{1,128}$/u.test(text) && Buffer.byteLength(text) <= 200, {
    error: 'must have 1 to 128 characters without space, 200 bytes at most',
    params: withCode('INVALID_CONTENT_TYPE'),
  })
  .openapi({
    pattern: '^\\s*[^\\s\\p{C}]{1,128}\\s*$',
    description: 'content.type of what the schema describes: 200 bytes at most.',
  })

/** The original counts in 32 bits. */
const VERSION_MAX = 4_294_967_295

const Version = z
  .unknown()
  .transform(valueOfNumber)
  .refine((version) => Number.isInteger(version) && Number(version) >= 1 && Number(version) <= VERSION_MAX, {
    error: `must be a whole number from 1 to ${VERSION_MAX}`,
    params: withCode('INVALID_VERSION'),
  })
  .transform(Number)
  .openapi({ type: 'integer', minimum: 1, maximum: VERSION_MAX, description: 'Above the latest version of this type.' })

const JsonSchema = z
  .unknown()
  .refine((schema) => typeof schema === 'object' && schema !== null && !Array.isArray(schema), {
    error: 'must be a JSON object',
    params: withCode('INVALID_JSON_SCHEMA'),
  })
  .openapi({ type: 'object', description: 'JSON Schema 2020-12. Nothing outside it is fetched.' })

const Registration = z.object({
  content_type: ContentType,
  version: Version,
  json_schema: JsonSchema,
  codec: z.literal('json', { error: 'must be json: content is always JSON' }).nullish(),
  compatibility: z
    .enum(['backward', 'forward', 'full', 'none'], { error: 'must be backward, forward, full or none' })
    .nullish()
    .openapi({ description: 'With the version before it. backward unless told.' }),
  description: z.string().max(1_000, { error: 'may have 1,000 characters at most' }).nullish(),
})

export const listSchemasRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/schemas',
    summary: 'Schemas of content that this node knows',
    description:
      'Those that came with this software, and those that were registered here. Schemas are not told to peers.',
    answer: {
      status: 200,
      description: 'Schemas by type and version',
      data: z.object({ schemas: z.array(SchemaInfoShape) }),
    },
    errors: [],
  },
  ({ schemas }) => ({ data: { schemas: schemas.list().map(infoOf) } }),
)

export const registerSchemaRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/schemas',
    summary: 'Keeps a schema on this node, as the next version of a type',
    description:
      'Held against what is published here, never against what peers send. Nothing outside the schema is fetched. A later version has to keep the `compatibility` it claims.',
    body: Registration,
    answer: { status: 201, description: 'The schema', data: SchemaInfoShape },
    errors: [
      'INVALID_CONTENT_TYPE',
      'INVALID_VERSION',
      'INVALID_JSON_SCHEMA',
      'SCHEMA_VERSION_TAKEN',
      'SCHEMA_INCOMPATIBLE',
      'SCHEMA_LIMIT',
      'STORE_FULL',
    ],
  },
  async ({ schemas }, { body }) => {
    const schema = await schemas.register({
      contentType: body.content_type,
      version: body.version,
      compatibility: body.compatibility ?? 'backward',
      description: body.description ?? undefined,
      text: JSON.stringify(body.json_schema),
    })
    return { data: infoOf(schema), headers: { Location: `/v1/schemas/${encodeURIComponent(schemaIdOf(schema))}` } }
  },
)

export const schemaRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/schemas/{schema_id}',
    summary: 'One schema; its id may stand with its slash as it is',
    description: 'The text of the schema is as it was registered.',
    params: SchemaParams,
    answer: { status: 200, description: 'The schema', data: SchemaShape },
    errors: ['SCHEMA_NOT_FOUND'],
  },
  ({ schemas }, { params }) => {
    const schema = schemas.get(params.schema_id)
    // The text as it was registered: numbers keep their spelling.
    return { json: `${JSON.stringify(infoOf(schema)).slice(0, -1)},"json_schema":${schema.text}}` }
  },
)

export const removeSchemaRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/schemas/{schema_id}',
    summary: 'Forgets a schema that was registered here',
    description: 'Content that was published under it stays. One that came with this software cannot be removed.',
    params: SchemaParams,
    answer: { status: 204, description: 'The schema is not kept' },
    errors: ['SCHEMA_NOT_FOUND', 'SCHEMA_BUILTIN', 'STORE_FULL'],
  },
  ({ schemas }, { params }) => {
    schemas.remove(params.schema_id)
    return { data: undefined }
  },
)

export const validateRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/schemas/validate',
    summary: 'Holds content against a schema, and publishes nothing',
    description: 'Content that does not fit is no error: `valid` is false, and `details` names the fields.',
    body: z.object({
      content: JsonValue,
      schema_id: z
        .string()
        .refine((id) => id.trim() !== '', { error: 'must not be empty', params: withCode('INVALID_SCHEMA_ID') })
        .nullish()
        .openapi({ pattern: SAYS_SOMETHING, description: 'Without it, the latest schema for content.type.' }),
    }),
    answer: { status: 200, description: 'Whether it fits, also when it does not', data: ValidationShape },
    errors: ['INVALID_SCHEMA_ID', 'LOG_DRAFT_INVALID', 'LOG_DRAFT_TOO_LARGE'],
  },
  async ({ schemas }, { body }) => {
    const content: unknown = JSON.parse(canonicalContent(body.content))
    return { data: validationOf(await schemas.check(content, body.schema_id ?? undefined)) }
  },
)

function infoOf(schema: SchemaDefinition): SchemaInfoData {
  const { contentType, version, compatibility, description = null, origin } = schema
  const schemaId = schemaIdOf(schema)
  return { schema_id: schemaId, content_type: contentType, version, codec: 'json', compatibility, description, origin }
}

/** As the original answers: a schema that nobody named and that is not there leaves nothing to break. */
function validationOf(verdict: Verdict): ValidationData {
  const { schemaId: schema_id = null } = verdict
  switch (verdict.kind) {
    case 'fits':
      return { valid: true, schema_id }
    case 'unknown':
      if (schema_id === null) return { valid: true, schema_id }
      return { valid: false, schema_id, error: `There is no schema ${schema_id.slice(0, 256)} here.` }
    case 'unchecked':
      return { valid: false, schema_id, error: `Holding the content against ${schema_id} took too long.` }
    case 'misfits': {
      const details = verdict.mismatches.map(({ field, message }) => ({ field: field || 'content', message }))
      const error = `${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`
      return { valid: false, schema_id, error, details }
    }
  }
}
