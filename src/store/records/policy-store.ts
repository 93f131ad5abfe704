// Retention policies.

import { storeErrorFrom } from '../errors.ts'
import type { Policy, PolicyDraft, PolicyScope, PolicyStore } from '../../log/index.ts'
import type { Connection } from '../database.ts'

interface PolicyColumns {
  id: number
  scope: PolicyScope['kind']
  value: string
  max_age_secs: number | null
  max_count: number | null
  max_bytes: number | null
  compact_key: string | null
  include_self: number
  created_at: number
}

/** {@link PolicyStore} on SQLite. Writing throws StoreError. */
export class SqlitePolicyStore implements PolicyStore {
  readonly #path: string
  readonly #all
  readonly #add
  readonly #replace
  readonly #remove

  constructor(database: Connection) {
    this.#path = database.name
    this.#all = database.prepare<[], PolicyColumns>('SELECT * FROM retention_policies ORDER BY id')
    this.#add = database.prepare(
      `INSERT INTO retention_policies (scope, value, max_age_secs, max_count, max_bytes, compact_key, include_self, created_at)
       VALUES (:scope, :value, :maxAgeSecs, :maxCount, :maxBytes, :compactKey, :includeSelf, :createdAt)`,
    )
    this.#replace = database.prepare(
      `UPDATE retention_policies SET max_age_secs = :maxAgeSecs, max_count = :maxCount, max_bytes = :maxBytes,
       compact_key = :compactKey, include_self = :includeSelf, created_at = :createdAt WHERE id = :id`,
    )
    this.#remove = database.prepare('DELETE FROM retention_policies WHERE id = ?')
  }

  all(): Policy[] {
    return this.#all.all().map(policyOf)
  }

  add(draft: PolicyDraft, createdAt: number): number {
    return this.#write(() => Number(this.#add.run(columnsOf(draft, createdAt)).lastInsertRowid))
  }

  replace({ id, createdAt, ...draft }: Policy): void {
    this.#write(() => this.#replace.run({ id, ...columnsOf(draft, createdAt) }))
  }

  remove(id: number): void {
    this.#write(() => this.#remove.run(id))
  }

  #write<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}

function columnsOf({ scope, maxAgeSecs, maxCount, maxBytes, compactKey, includeSelf }: PolicyDraft, createdAt: number) {
  return {
    scope: scope.kind,
    value: 'value' in scope ? scope.value : '',
    maxAgeSecs: maxAgeSecs ?? null,
    maxCount: maxCount ?? null,
    maxBytes: maxBytes ?? null,
    compactKey: compactKey ?? null,
    includeSelf: includeSelf ? 1 : 0,
    createdAt,
  }
}

function policyOf(row: PolicyColumns): Policy {
  const { id, scope: kind, value, max_age_secs, max_count, max_bytes, compact_key, include_self, created_at } = row
  return {
    id,
    // As: the two columns were written from one scope.
    scope: (kind === 'global' ? { kind } : { kind, value }) as PolicyScope,
    maxAgeSecs: max_age_secs ?? undefined,
    maxCount: max_count ?? undefined,
    maxBytes: max_bytes ?? undefined,
    compactKey: compact_key ?? undefined,
    includeSelf: include_self === 1,
    createdAt: created_at,
  }
}
