// Checks content of our own types. It runs where it is called: these schemas are known, so the time of a check is that of one look along
// the content, whatever stands in it.

import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { BUILTIN_TYPES } from './builtin.ts'
import { ITEMS_CHECKED_MAX, UNITS_PER_NFC_CODE_POINT } from './constants.ts'
import { mismatchesOf } from './mismatch.ts'
import { schemaIdOf } from './schema.ts'
import type { FuncKeywordDefinition, ValidateFunction } from 'ajv/dist/2020.js'
import type { BuiltinJsonSchema, BuiltinProperty } from './builtin.ts'
import type { Mismatch } from './mismatch.ts'

const SCHEMAS: ReadonlyMap<string, BuiltinJsonSchema> = new Map(
  Object.entries(BUILTIN_TYPES).map(([contentType, schema]) => [schemaIdOf({ contentType, version: 1 }), schema]),
)

/** protocols/content, rule 2: JSON Schema can count characters, not bytes. Of what is no text, those of its JSON count. */
const MAX_BYTES: FuncKeywordDefinition = {
  keyword: 'maxBytes',
  schemaType: 'number',
  validate: (limit: number, value: unknown) =>
    value === null || Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) <= limit,
  error: { message: ({ schema }) => `must not take more than ${String(schema)} bytes of UTF-8` },
}

/** The validators of protocols/content/, each compiled when it is first needed: that takes some milliseconds. */
export class BuiltinChecker {
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  constructor() {
    // The tests hold our schemas against the meta-schema; at a start that would only cost time.
    this.#ajv = new Ajv2020({
      allErrors: true,
      verbose: true,
      ownProperties: true,
      validateSchema: false,
      strictTypes: false,
    })
    formats.default(this.#ajv, ['date-time'])
    this.#ajv.addKeyword(MAX_BYTES)
  }

  /**
   * What does not fit; empty when all does.
   *
   * @param content - as JSON.parse gives it
   */
  check(schemaId: string, content: unknown): Mismatch[] {
    const schema = SCHEMAS.get(schemaId)
    if (schema === undefined) throw new Error(`${schemaId} is no schema of ours.`)
    const validate = this.#validators.get(schemaId) ?? this.#ajv.compile(schema)
    this.#validators.set(schemaId, validate)
    return validate(checkedCopy(content, schema)) ? [] : mismatchesOf(validate.errors ?? [])
  }
}

/**
 * What of a content the schemas look at: its own members, and the first items of lists among them. Texts that have an upper limit are in
 * NFC, as protocols/content/ measures them.
 */
function checkedCopy(content: unknown, { properties }: BuiltinJsonSchema): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(content)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property !== undefined) copy[name] = copyOf(value, property)
  }
  return copy
}

function copyOf(value: unknown, { maxLength, items = {} }: BuiltinProperty): unknown {
  if (typeof value === 'string') return normalised(value, maxLength)
  if (!Array.isArray(value)) return value
  return value.slice(0, ITEMS_CHECKED_MAX).map((item: unknown) => copyOf(item, items))
}

/** Of a text that is too long in any case the form does not matter; bringing it into NFC can take half a second. */
function normalised(text: string, maxLength: number | undefined): string {
  const matters = maxLength !== undefined && text.length <= maxLength * UNITS_PER_NFC_CODE_POINT
  return matters ? text.normalize('NFC') : text
}
