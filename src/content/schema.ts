// A schema of one version of a content type, and the id by which messages name it.

/** Whether a schema came with this software or was registered on this node. */
export type SchemaOrigin = 'builtin' | 'local'

/** What a later version of a type promises about the one before it. */
export type Compatibility = 'backward' | 'forward' | 'full' | 'none'

/** A schema as it is registered. */
export interface SchemaDefinition {
  /** `content.type` of what it describes. */
  contentType: string
  /** From 1. */
  version: number
  description: string | undefined
  compatibility: Compatibility
  /** A JSON Schema 2020-12, as JSON text. */
  text: string
  origin: SchemaOrigin
}

/** @example schemaIdOf({ contentType: 'insight', version: 1 }) // 'insight/v1' */
export function schemaIdOf({ contentType, version }: Pick<SchemaDefinition, 'contentType' | 'version'>): string {
  return `${contentType}/v${version}`
}
