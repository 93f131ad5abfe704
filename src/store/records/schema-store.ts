// The schemas that were registered on this node.

import { storeErrorFrom } from '../errors.ts'
import type { SchemaRecord, SchemaStore } from '../../content/index.ts'
import type { Connection } from '../database.ts'

interface SchemaRow {
  content_type: string
  version: number
  compatibility: SchemaRecord['compatibility']
  description: string | null
  text: string
}

/** {@link SchemaStore} on SQLite. Writing throws StoreError. */
export class SqliteSchemaStore implements SchemaStore {
  readonly #path: string
  readonly #all
  readonly #add
  readonly #remove

  constructor(database: Connection) {
    this.#path = database.name
    this.#all = database.prepare<[], SchemaRow>(
      'SELECT content_type, version, compatibility, description, text FROM schemas',
    )
    this.#add = database.prepare<[string, number, string, string | null, string, number]>(
      'INSERT INTO schemas VALUES (?, ?, ?, ?, ?, ?)',
    )
    this.#remove = database.prepare<[string, number]>('DELETE FROM schemas WHERE content_type = ? AND version = ?')
  }

  schemas(): SchemaRecord[] {
    return this.#all.all().map(({ content_type, version, compatibility, description, text }) => ({
      contentType: content_type,
      version,
      compatibility,
      description: description ?? undefined,
      text,
    }))
  }

  add({ contentType, version, compatibility, description, text }: SchemaRecord, addedAt: number): void {
    this.#write(() => this.#add.run(contentType, version, compatibility, description ?? null, text, addedAt))
  }

  remove({ contentType, version }: Pick<SchemaRecord, 'contentType' | 'version'>): void {
    this.#write(() => this.#remove.run(contentType, version))
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}
