// Schemas of content.

import { z } from '@hono/zod-openapi'

/** A schema of content. */
export const SchemaInfoShape = z
  .object({
    schema_id: z.string().openapi({ description: 'content_type/vversion, such as insight/v1.' }),
    content_type: z.string(),
    version: z.number().int().positive(),
    codec: z.literal('json'),
    compatibility: z.enum(['backward', 'forward', 'full', 'none']),
    description: z.string().nullable(),
    origin: z
      .enum(['builtin', 'local'])
      .openapi({ description: 'builtin: part of this software. local: registered here.' }),
  })
  .openapi('SchemaInfo')

/** A schema of content, whole. */
export const SchemaShape = SchemaInfoShape.extend({
  json_schema: z.record(z.string(), z.unknown()).openapi({ description: 'JSON Schema 2020-12.' }),
}).openapi('Schema')

/** Whether content fits a schema. */
export const ValidationShape = z
  .object({
    valid: z.boolean(),
    schema_id: z
      .string()
      .nullable()
      .openapi({ description: 'null when there is none for this type: then all is valid.' }),
    error: z.string().optional(),
    details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Validation')

/** {@link SchemaInfoShape} */
export type SchemaInfoData = z.infer<typeof SchemaInfoShape>

/** {@link ValidationShape} */
export type ValidationData = z.infer<typeof ValidationShape>
