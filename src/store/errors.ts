// The error class of the store. Its codes are public and frozen; each message says what, where, and how to mend it.

import { CodedError } from '../util/index.ts'
import type { FeedPlace } from '../log/index.ts'

/**
 * Why the data directory or the database cannot be used.
 *
 * - `STORE_LOCKED`: another process holds the data directory.
 * - `STORE_UNWRITABLE`: the directory or a file in it cannot be created or written.
 * - `STORE_FULL`: no space left on the device.
 * - `STORE_DISK_FAILED`: the disk refused to write, flush or read.
 * - `STORE_TOO_NEW`: made by a newer version of egregore.
 * - `STORE_FOREIGN`: a database of another program, such as the original egregore.
 * - `STORE_DAMAGED`: not a database, or a page of it is broken, or the message that was asked for is not what was signed.
 * - `STORE_FAILED`: any other refusal of SQLite; the `cause` has its words.
 * - `STORE_BACKUP_RUNNING`: one backup at a time.
 * - `STORE_BACKUP_MISSING`: there is no backup where one was said to be.
 * - `STORE_OCCUPIED`: a database stands where one is to be restored.
 * - `STORE_KEY_INVALID`: the key file is not a 32-byte seed.
 * - `STORE_KEY_EXPOSED`: the key file can be read by others.
 * - `STORE_KEY_ENCRYPTED`: only an encrypted key is present and no passphrase was given.
 * - `STORE_KEY_MISSING`: there is no key yet.
 * - `STORE_KEY_CONFLICT`: another identity stands where this one should.
 * - `STORE_PASSPHRASE_WRONG`: the passphrase does not open the key.
 * - `STORE_TOKEN_EXPOSED`: the token of the API can be read by others.
 * - `STORE_TOKEN_INVALID`: the file of that token holds something else.
 */
export type StoreErrorCode =
  | 'STORE_LOCKED'
  | 'STORE_UNWRITABLE'
  | 'STORE_FULL'
  | 'STORE_DISK_FAILED'
  | 'STORE_TOO_NEW'
  | 'STORE_FOREIGN'
  | 'STORE_DAMAGED'
  | 'STORE_FAILED'
  | 'STORE_BACKUP_RUNNING'
  | 'STORE_BACKUP_MISSING'
  | 'STORE_OCCUPIED'
  | 'STORE_KEY_INVALID'
  | 'STORE_KEY_EXPOSED'
  | 'STORE_KEY_ENCRYPTED'
  | 'STORE_KEY_MISSING'
  | 'STORE_KEY_CONFLICT'
  | 'STORE_PASSPHRASE_WRONG'
  | 'STORE_TOKEN_EXPOSED'
  | 'STORE_TOKEN_INVALID'

/** Thrown by everything that opens or writes the data directory. */
export class StoreError extends CodedError<StoreErrorCode> {
  override readonly name = 'StoreError'
}

/** Translates what SQLite or the file system threw while `path` was used. */
export function storeErrorFrom(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error
  const code = String((error as { code?: unknown }).code ?? '')
  if (code.startsWith('STORE_')) return ofOtherThread(error as StoreError)
  const failure = FAILURES.find(({ matches }) => matches.test(code))
  const cause = { cause: error }
  if (failure !== undefined) return new StoreError(failure.code, failure.say(path), { path }, cause)
  return new StoreError('STORE_FAILED', `The database ${path} failed: ${(error as Error).message}`, { path }, cause)
}

/** Whether SQLite itself refused, in words that name neither file nor remedy. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Error && String((error as { code?: unknown }).code ?? '').startsWith('SQLITE_')
}

/** Whether SQLite met a broken page. */
export function isCorruption(error: unknown): boolean {
  return /^(SQLITE_CORRUPT|SQLITE_NOTADB)/.test(String((error as { code?: unknown }).code ?? ''))
}

/** @param findings - what a look at its pages found */
export function damaged(path: string, findings: readonly string[]): StoreError {
  return new StoreError('STORE_DAMAGED', `The database ${path} is damaged: ${findings[0]}. ${DAMAGED_ADVICE}`, {
    path,
    findings,
  })
}

/** Of one message, where the database is whole as far as SQLite can tell. */
export function notAsSigned(path: string, { author, sequence }: FeedPlace): StoreError {
  return new StoreError('STORE_DAMAGED', `Message ${sequence} of ${author} ${NOT_AS_SIGNED}`, {
    path,
    author,
    sequence,
  })
}

const NOT_AS_SIGNED =
  'is not what was signed: the disk has changed it, so it is shown to nobody. It is fetched again from peers that hold it; importing an export that holds it mends it as well.'

const DAMAGED_ADVICE =
  'Nothing more is written to it. Stop the node and restore a backup ("egregore restore <backup> --replace"), or keep what can still be read ("egregore export --skip-damaged"), move the file away and import that: peers give back what they hold.'

/** The file that is open has no name any more: whatever is written to it is gone when it is closed. */
export function gone(path: string): StoreError {
  return new StoreError(
    'STORE_UNWRITABLE',
    `${path} was moved, removed or replaced while the node runs, so nothing more is taken: it would be lost. Put it back, or stop the node and look what stands there.`,
    { path },
  )
}

/** What was written since the last checkpoint stands in a file without a name, which only this process can still read. */
export function walGone(path: string): StoreError {
  return new StoreError(
    'STORE_UNWRITABLE',
    `${path}-wal was moved, removed or replaced while the node runs, so nothing more is taken. Stop the node in order, which writes back what it holds, and start it again.`,
    { path },
  )
}

/** An error that a worker threw arrives with its fields, but without its class. */
function ofOtherThread({ code, message, details }: StoreError): StoreError {
  return new StoreError(code, message, details)
}

const FAILURES: readonly { matches: RegExp; code: StoreErrorCode; say: (path: string) => string }[] = [
  {
    matches: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    code: 'STORE_FULL',
    say: (path) => `No space is left for ${path}. Nothing was lost; free some space and try again.`,
  },
  {
    matches: /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|EISDIR|EEXIST)/,
    code: 'STORE_UNWRITABLE',
    say: (path) =>
      `${path} cannot be written. Check that it is a directory of yours, or choose another with --data-dir.`,
  },
  {
    matches: /^(SQLITE_IOERR|EIO$)/,
    code: 'STORE_DISK_FAILED',
    say: (path) =>
      `The disk of ${path} refused. Nothing acknowledged is lost, and this call may be tried again. Look at the disk, its quota, and what the system says of it (dmesg).`,
  },
  {
    matches: /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    code: 'STORE_DAMAGED',
    say: (path) => `The database ${path} is damaged. ${DAMAGED_ADVICE}`,
  },
]
