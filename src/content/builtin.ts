// The types of protocols/content/, as schemas.

import dispute from '../../protocols/content/dispute/1/schema.json' with { type: 'json' }
import endorsement from '../../protocols/content/endorsement/1/schema.json' with { type: 'json' }
import insight from '../../protocols/content/insight/1/schema.json' with { type: 'json' }
import memory from '../../protocols/content/memory/1/schema.json' with { type: 'json' }
import message from '../../protocols/content/message/1/schema.json' with { type: 'json' }
import profile from '../../protocols/content/profile/1/schema.json' with { type: 'json' }
import query from '../../protocols/content/query/1/schema.json' with { type: 'json' }
import response from '../../protocols/content/response/1/schema.json' with { type: 'json' }
import retract from '../../protocols/content/retract/1/schema.json' with { type: 'json' }
import type { SchemaDefinition } from './schema.ts'

/** What of a schema of ours the code looks at itself: how long its texts may be. */
export interface BuiltinJsonSchema extends Readonly<Record<string, unknown>> {
  description: string
  properties: Readonly<Record<string, BuiltinProperty>>
}

/** What is said of one field. */
export interface BuiltinProperty extends Readonly<Record<string, unknown>> {
  maxLength?: number
  items?: BuiltinProperty
}

/** Content type → JSON Schema of its version 1. A new type is written in protocols/content/ and named here. */
export const BUILTIN_TYPES: Readonly<Record<string, BuiltinJsonSchema>> = {
  dispute,
  endorsement,
  insight,
  memory,
  message,
  profile,
  query,
  response,
  retract,
}

/** The same as definitions. */
export const BUILTIN_SCHEMAS: readonly SchemaDefinition[] = Object.entries(BUILTIN_TYPES).map(
  ([contentType, schema]) => ({
    contentType,
    version: 1,
    description: schema.description,
    compatibility: 'backward',
    text: JSON.stringify(schema),
    origin: 'builtin',
  }),
)
