// Whether copies of the log are what they say they are: those that have their name are whole, and half ones are taken for nothing.

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { keyFromAuthor } from '../../src/feed/index.ts'
import { DATABASE_FILE, finishRestore, restoreDatabase, StoreError } from '../../src/store/index.ts'
import { FORGOTTEN } from './log-faults.ts'
import type { Author } from '../../src/feed/index.ts'
import type { WitnessedBackup } from './witness.ts'

/** One sentence for each thing that should not be. */
export function faultsInBackups(directory: string, author: Author, witnessed: readonly WitnessedBackup[]): string[] {
  const names = existsSync(directory) ? readdirSync(directory) : []
  const [halves, wholes] = [names.filter(isHalf), names.filter((name) => !isHalf(name))]
  return [
    ...wholes.flatMap((name) => faultsInCopy(join(directory, name, DATABASE_FILE), author, 0)),
    ...witnessed.flatMap(({ path, headAtLeast }) => faultsInCopy(join(path, DATABASE_FILE), author, headAtLeast)),
    ...halves.flatMap((name) => takenForWhole(join(directory, name))),
  ]
}

/** What a restore that was cut short left: the database before it, or the copy in its place, and never none. */
export function faultsInRestored(target: string, author: Author, heads: readonly number[]): string[] {
  finishRestore(target)
  const head = ownHead(target, author)
  const found = faultsInCopy(target, author, Math.min(...heads))
  return head !== undefined && heads.includes(head)
    ? found
    : [...found, `${target} ends at ${head}, not at one of ${heads}`]
}

/** The highest sequence of our own feed; undefined when this is no whole database. */
export function ownHead(path: string, author: Author): number | undefined {
  return existsSync(path) ? read(path, author)?.head : undefined
}

function faultsInCopy(path: string, author: Author, headAtLeast: number): string[] {
  if (!existsSync(path)) return [`${path} is not there`]
  const copy = read(path, author)
  if (copy === undefined) return [`${path} is no whole database`]
  const { head, known, integrity } = copy
  return [
    ...(integrity === 'ok' ? [] : [`${path}: ${integrity}`]),
    ...(known === head ? [] : [`${path} knows ${known} of our messages, up to ${head}`]),
    ...(head >= headAtLeast ? [] : [`${path} ends at ${head}, and ${headAtLeast} was acknowledged before it began`]),
  ]
}

/** Known is what is held, and what its author has forgotten. */
function read(path: string, author: Author): { head: number; known: number; integrity: string } | undefined {
  const database = new Database(path, { readonly: true })
  try {
    const integrity = database.pragma('integrity_check', { simple: true }) as string
    const own = database
      .prepare(
        `SELECT head, (SELECT count(*) FROM entries WHERE feed = id AND kind = 0) +
          (SELECT coalesce(sum(last - first + 1), 0) FROM holes WHERE feed = id AND reason = ?) AS known
          FROM feeds WHERE key = ?`,
      )
      .get(FORGOTTEN, keyFromAuthor(author))
    // As: the columns that were asked for; nothing was published when there is no row.
    return { ...((own ?? { head: 0, known: 0 }) as { head: number; known: number }), integrity }
  } catch {
    return undefined
  } finally {
    database.close()
  }
}

function isHalf(name: string): boolean {
  return name.endsWith('.part')
}

function takenForWhole(half: string): string[] {
  const target = `${half}.restored.db`
  try {
    restoreDatabase(half, target, { offline: true })
    return [`${half} was taken for a backup`]
  } catch (error) {
    if (error instanceof StoreError) return []
    throw error
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(target + end, { force: true })
  }
}
