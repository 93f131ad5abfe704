// Brings the tables of the log up to date, one numbered step after the other. Projections have none: they are dropped and replayed.

import { StoreError } from './errors.ts'
import { LOG_TABLES } from './migrations/001-log.ts'
import { PEER_TABLES } from './migrations/002-peers.ts'
import { CURSOR_TABLES } from './migrations/003-cursors.ts'
import { SELECTION_TABLES } from './migrations/004-selection.ts'
import { BAN_TABLES } from './migrations/005-bans.ts'
import { MET_PEER_TABLES } from './migrations/006-met-peers.ts'
import { PROJECTIONS_APART } from './migrations/007-projections-apart.ts'
import { ASKED_FOR_COLUMN } from './migrations/008-asked-for.ts'
import { HOOK_TABLES } from './migrations/009-hooks.ts'
import { RETENTION_TABLES } from './migrations/010-retention.ts'
import { PUBLISHED_KEY_TABLES } from './migrations/011-published-keys.ts'
import { SCHEMA_TABLES } from './migrations/012-schemas.ts'
import { MAILBOX_TABLES } from './migrations/013-mailbox.ts'
import { LOCAL_MEMORY_TABLES } from './migrations/014-local-memories.ts'
import { LOCAL_WORDS_GO } from './migrations/015-local-words-go.ts'
import { MARKS_BY_OFFSET } from './migrations/016-marks-by-offset.ts'
import { DAMAGED_MESSAGES } from './migrations/017-damaged-messages.ts'
import type { Connection } from './database.ts'

/** Step n brings a database of version n to n + 1. A step that was ever released is never edited. */
const MIGRATIONS: readonly string[] = [
  LOG_TABLES,
  PEER_TABLES,
  CURSOR_TABLES,
  SELECTION_TABLES,
  BAN_TABLES,
  MET_PEER_TABLES,
  PROJECTIONS_APART,
  ASKED_FOR_COLUMN,
  HOOK_TABLES,
  RETENTION_TABLES,
  PUBLISHED_KEY_TABLES,
  SCHEMA_TABLES,
  MAILBOX_TABLES,
  LOCAL_MEMORY_TABLES,
  LOCAL_WORDS_GO,
  MARKS_BY_OFFSET,
  DAMAGED_MESSAGES,
]

/**
 * Called before anything of the database is changed.
 *
 * @throws StoreError `STORE_TOO_NEW` when a newer egregore made it, `STORE_FOREIGN` when another program did
 */
export function refuseUnknown(database: Connection, path: string): void {
  const version = versionOf(database)
  if (version > MIGRATIONS.length) throw tooNew(version, path)
  if (version === 0 && database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined) throw foreign(path)
}

/**
 * Runs the steps that this database has not seen, all in one transaction.
 *
 * @param keep - called before that with the version of a database that holds something
 */
export function migrate(database: Connection, keep: (version: number) => void): void {
  const version = versionOf(database)
  if (version === MIGRATIONS.length) return
  if (version > 0) keep(version)
  const climb = database.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) database.exec(step)
    database.pragma(`user_version = ${MIGRATIONS.length}`)
  })
  climb.immediate()
}

function versionOf(database: Connection): number {
  return database.pragma('user_version', { simple: true }) as number
}

function foreign(path: string): StoreError {
  const advice =
    'To bring its messages along, start on another --data-dir and run "egregore import" with the directory of this one.'
  return new StoreError('STORE_FOREIGN', `The database ${path} was made by another program. ${advice}`, { path })
}

function tooNew(version: number, path: string): StoreError {
  const known = MIGRATIONS.length
  return new StoreError(
    'STORE_TOO_NEW',
    `The database ${path} has format ${version}; this egregore knows formats up to ${known}. Start it with the newer egregore that made it, or choose another --data-dir.`,
    { path, version, known },
  )
}
