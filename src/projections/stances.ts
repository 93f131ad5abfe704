// Who endorses which message, and who disputes it. A stance joins whenever its target appears; whether it counts is asked of the table, not
// written into it.

import { isHash } from '../feed/index.ts'
import { REASON_LENGTH_MAX } from './constants.ts'
import { MessageProjection } from './message-projection.ts'
import { expiryTime } from './times.ts'
import type { MessageEntry } from '../log/index.ts'
import type { ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

/** value: 1 or -1. reason: of a dispute. */
const TABLES = `
  DROP TABLE IF EXISTS stances;
  CREATE TABLE stances (
    target BLOB, feed INTEGER, sequence INTEGER, offset INTEGER, value INTEGER NOT NULL, reason TEXT, expires_at INTEGER,
    PRIMARY KEY (target, feed, sequence, offset)
  ) WITHOUT ROWID;
  CREATE INDEX stances_by_sequence ON stances (feed, sequence);
`

/** Folds endorsements and disputes. `Standing` reads them. */
export class Stances extends MessageProjection<ReturnType<typeof prepareStatements>> {
  readonly name = 'stances'
  readonly version = 1

  constructor(database: ProjectionDatabase) {
    super(database, TABLES, 'stances_withdrawn')
  }

  protected prepare(database: ProjectionDatabase) {
    return prepareStatements(database)
  }

  protected add(entry: MessageEntry): void {
    const stance = stanceIn(entry.envelope.content)
    if (stance === undefined) return
    const { feed, sequence, offset } = entry
    const { target, value, reason } = stance
    this.sql.add.run(Buffer.from(target, 'hex'), feed, sequence, offset, value, reason, expiryTime(entry))
  }

  protected remove(feed: number, { from, to }: Range, limit: number): number {
    return this.sql.remove.run(feed, from, to, limit).changes
  }
}

/** protocols/content/endorsement/1 and dispute/1. What names no message, and a dispute without a reason, is passed over. */
function stanceIn(content: unknown): { target: string; value: 1 | -1; reason: string | null } | undefined {
  if (typeof content !== 'object' || content === null) return undefined
  const { type, message_hash: target, reason, body } = content as Record<string, unknown> // As: any object.
  if (typeof target !== 'string' || !isHash(target)) return undefined
  if (type === 'endorsement') return { target, value: 1, reason: null }
  const said = [reason, body].find((text): text is string => typeof text === 'string' && text.trim() !== '')
  return type === 'dispute' && said !== undefined ? { target, value: -1, reason: beginningOf(said) } : undefined
}

function beginningOf(reason: string): string {
  return Array.from(reason.slice(0, 2 * REASON_LENGTH_MAX))
    .slice(0, REASON_LENGTH_MAX)
    .join('')
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    add: database.prepare('INSERT INTO stances VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    remove: database.prepare(
      `DELETE FROM stances WHERE (target, feed, sequence, offset) IN (
        SELECT target, feed, sequence, offset FROM stances WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?)`,
    ),
  }
}
