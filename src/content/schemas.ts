// The schemas that a node knows, and what they say of content.

import { BUILTIN_SCHEMAS } from './builtin.ts'
import { BuiltinChecker } from './builtin-checker.ts'
import { schemaIdOf } from './schema.ts'
import type { Mismatch } from './mismatch.ts'
import type { SchemaDefinition } from './schema.ts'

/** What a check found. `unknown`: no schema of this id, or none for the type of the content. */
export type Verdict =
  | { kind: 'fits'; schemaId: string }
  | { kind: 'misfits'; schemaId: string; mismatches: readonly Mismatch[] }
  | { kind: 'unknown'; schemaId: string | undefined }

/** Knows schemas by id, and the latest of each content type. */
export class Schemas {
  readonly #definitions: ReadonlyMap<string, SchemaDefinition>
  readonly #builtin = new BuiltinChecker()

  constructor() {
    this.#definitions = new Map(BUILTIN_SCHEMAS.map((schema) => [schemaIdOf(schema), schema]))
  }

  /**
   * Holds content against a schema: the one of this id, else the latest for its `type`.
   *
   * @param content - as JSON.parse gives it
   */
  async check(content: unknown, schemaId = this.#latestFor(content)): Promise<Verdict> {
    if (schemaId === undefined || !this.#definitions.has(schemaId)) return { kind: 'unknown', schemaId }
    const mismatches = this.#builtin.check(schemaId, content)
    return mismatches.length === 0 ? { kind: 'fits', schemaId } : { kind: 'misfits', schemaId, mismatches }
  }

  #latestFor(content: unknown): string | undefined {
    const type = typeof content === 'object' && content !== null ? (content as { type?: unknown }).type : undefined
    if (typeof type !== 'string') return undefined
    const versions = [...this.#definitions.values()].filter(({ contentType }) => contentType === type)
    const latest = versions.toSorted((left, right) => left.version - right.version).at(-1)
    return latest && schemaIdOf(latest)
  }
}
