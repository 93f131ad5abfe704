// The schemas that a node knows (those of protocols/content/, and those registered on it), and what they say of content.

import { setTimeout as pause } from 'node:timers/promises'
import { BUILTIN_SCHEMAS } from './builtin.ts'
import { incompatibility } from './compatibility.ts'
import { LOCAL_SCHEMAS_MAX, SCHEMA_BYTES_MAX, SCHEMAS_BYTES_MAX } from './constants.ts'
import { ContentError } from './errors.ts'
import { schemaIdOf } from './schema.ts'
import type { BuiltinChecker } from './builtin-checker.ts'
import type { LocalChecker } from './local-checker.ts'
import type { Mismatch } from './mismatch.ts'
import type { SchemaDefinition } from './schema.ts'

/** What a check found. `unknown`: no schema of this id, or none for the type of the content. `unchecked`: it took too long. */
export type Verdict =
  | { kind: 'fits'; schemaId: string }
  | { kind: 'misfits'; schemaId: string; mismatches: readonly Mismatch[] }
  | { kind: 'unknown'; schemaId: string | undefined }
  | { kind: 'unchecked'; schemaId: string }

/** A schema as it is kept. */
export type SchemaRecord = Omit<SchemaDefinition, 'origin'>

/** Durable, small, synchronous. store/ implements it. */
export interface SchemaStore {
  schemas(): SchemaRecord[]
  add(schema: SchemaRecord, addedAt: number): void
  remove(schema: Pick<SchemaRecord, 'contentType' | 'version'>): void
}

/** What the schemas work with. */
export interface SchemasComponents {
  store: SchemaStore
  checker: Pick<LocalChecker, 'run'>
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Knows schemas by id, and the latest of each content type. Local records: no peer hears of them. */
export class Schemas {
  readonly #components: SchemasComponents
  readonly #definitions: Map<string, SchemaDefinition>
  #builtin: Promise<BuiltinChecker> | undefined
  #latest: ReadonlyMap<string, SchemaDefinition> = new Map()

  constructor(components: SchemasComponents) {
    this.#components = components
    const local = components.store.schemas().map((schema) => ({ ...schema, origin: 'local' as const }))
    this.#definitions = new Map([...BUILTIN_SCHEMAS, ...local].map((schema) => [schemaIdOf(schema), schema]))
    this.#findLatest()
  }

  /** By type and version. */
  list(): SchemaDefinition[] {
    return [...this.#definitions.values()].toSorted(byTypeAndVersion)
  }

  /** @throws ContentError `SCHEMA_NOT_FOUND` */
  get(schemaId: string): SchemaDefinition {
    const definition = this.#definitions.get(schemaId)
    if (definition === undefined) throw notFound(schemaId)
    return definition
  }

  /**
   * Keeps a schema, as the next version of its type.
   *
   * @throws ContentError `SCHEMA_INVALID`, `SCHEMA_VERSION_TAKEN`, `SCHEMA_INCOMPATIBLE`, `SCHEMA_LIMIT`
   */
  async register(schema: SchemaRecord): Promise<SchemaDefinition> {
    this.#refuse(schema)
    const answer = await this.#components.checker.run({ schema: schema.text })
    if (answer === undefined) throw invalid('it takes too long to compile')
    if ('invalid' in answer) throw invalid(answer.invalid)
    // Once more, because another may have come meanwhile.
    this.#refuse(schema)
    this.#components.store.add(schema, this.#components.clock())
    const definition: SchemaDefinition = { ...schema, origin: 'local' }
    this.#definitions.set(schemaIdOf(schema), definition)
    this.#findLatest()
    return definition
  }

  /** @throws ContentError `SCHEMA_NOT_FOUND`, `SCHEMA_BUILTIN` */
  remove(schemaId: string): void {
    const definition = this.get(schemaId)
    if (definition.origin === 'builtin') throw builtin(schemaId)
    this.#components.store.remove(definition)
    this.#definitions.delete(schemaId)
    this.#findLatest()
  }

  /**
   * Holds content against a schema: the one of this id, else the latest for its `type`.
   *
   * @param content - as JSON.parse gives it
   */
  async check(content: unknown, schemaId = this.#idFor(content)): Promise<Verdict> {
    const definition = schemaId === undefined ? undefined : this.#definitions.get(schemaId)
    if (schemaId === undefined || definition === undefined) return { kind: 'unknown', schemaId }
    const mismatches = await this.#mismatches(definition, schemaId, content)
    if (mismatches === undefined) return { kind: 'unchecked', schemaId }
    return mismatches.length === 0 ? { kind: 'fits', schemaId } : { kind: 'misfits', schemaId, mismatches }
  }

  async #mismatches({ origin, text }: SchemaDefinition, schemaId: string, content: unknown) {
    if (origin === 'builtin') return (await this.#builtinChecker()).check(schemaId, content)
    const answer = await this.#components.checker.run({ schema: text, content: JSON.stringify(content) })
    return answer !== undefined && 'mismatches' in answer ? answer.mismatches : undefined
  }

  /** Loaded with the first check: its library takes twenty megabytes, which a node that publishes nothing does not need. */
  #builtinChecker(): Promise<BuiltinChecker> {
    this.#builtin ??= loadBuiltinChecker()
    return this.#builtin
  }

  #idFor(content: unknown): string | undefined {
    const type = typeof content === 'object' && content !== null ? (content as { type?: unknown }).type : undefined
    const latest = typeof type === 'string' ? this.#latest.get(type) : undefined
    return latest && schemaIdOf(latest)
  }

  #refuse(schema: SchemaRecord): void {
    const latest = this.#latest.get(schema.contentType)
    if (latest !== undefined && schema.version <= latest.version) throw versionTaken(schema, latest)
    const before = this.#definitions.get(schemaIdOf({ ...schema, version: schema.version - 1 }))
    const broken = before && incompatibility(before, schema)
    if (broken !== undefined) throw incompatible(schema, broken)
    this.#refuseTooMuch(schema)
  }

  #refuseTooMuch({ text }: SchemaRecord): void {
    const bytes = Buffer.byteLength(text)
    if (bytes > SCHEMA_BYTES_MAX) throw invalid(`it has ${bytes} bytes, and may have ${SCHEMA_BYTES_MAX}`)
    const local = [...this.#definitions.values()].filter(({ origin }) => origin === 'local')
    const held = local.reduce((sum, one) => sum + Buffer.byteLength(one.text), 0)
    if (local.length >= LOCAL_SCHEMAS_MAX || held + bytes > SCHEMAS_BYTES_MAX) throw full()
  }

  #findLatest(): void {
    this.#latest = new Map(this.list().map((schema) => [schema.contentType, schema]))
  }
}

/** Its library, and in a turn of the event loop of its own what is made with it. */
async function loadBuiltinChecker(): Promise<BuiltinChecker> {
  const { BuiltinChecker } = await import('./builtin-checker.ts')
  await pause(0)
  return new BuiltinChecker()
}

function byTypeAndVersion(left: SchemaDefinition, right: SchemaDefinition): number {
  if (left.contentType === right.contentType) return left.version - right.version
  return left.contentType < right.contentType ? -1 : 1
}

function notFound(schemaId: string): ContentError {
  return new ContentError('SCHEMA_NOT_FOUND', `There is no schema ${schemaId.slice(0, 256)} here.`)
}

function builtin(schemaId: string): ContentError {
  return new ContentError('SCHEMA_BUILTIN', `${schemaId} came with this software and cannot be removed.`)
}

function invalid(reason: string): ContentError {
  const faults = [{ field: 'json_schema', message: reason }]
  return new ContentError('SCHEMA_INVALID', `This is no JSON Schema 2020-12 that can be used: ${reason}.`, faults)
}

function versionTaken({ contentType }: SchemaRecord, { version }: SchemaDefinition): ContentError {
  const text = `The latest version of ${contentType} is ${version}; a new one must have a higher number.`
  return new ContentError('SCHEMA_VERSION_TAKEN', text, [{ field: 'version', message: `must be above ${version}` }])
}

function incompatible(schema: SchemaRecord, reason: string): ContentError {
  const { compatibility } = schema
  const advice = 'Mend it, or register it with the compatibility none.'
  const text = `${schemaIdOf(schema)} is not ${compatibility} compatible. ${reason} ${advice}`
  return new ContentError('SCHEMA_INCOMPATIBLE', text)
}

function full(): ContentError {
  const limits = { schemas: LOCAL_SCHEMAS_MAX, bytes: SCHEMAS_BYTES_MAX }
  const text = `This node keeps ${limits.schemas} schemas of ${limits.bytes} bytes in all at most. Remove one first.`
  return new ContentError('SCHEMA_LIMIT', text, undefined, limits)
}
