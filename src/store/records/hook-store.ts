// How far hooks have come, and their dead letters.

import { storeErrorFrom } from '../errors.ts'
import { commitLazily, WalFlusher } from '../log/wal-flusher.ts'
import type { Hash } from '../../feed/index.ts'
import type { DeadLetter, FinishedMessage, HookProgress, HookStore } from '../../hooks/index.ts'
import type { Connection } from '../database.ts'

const LETTER_COLUMNS = 'offset, hash, author, attempts, reason, output, failed_at AS failedAt'

/** {@link HookStore} on SQLite. Writing throws StoreError. */
export class SqliteHookStore implements HookStore {
  readonly #database: Connection
  readonly #flusher: WalFlusher
  readonly #sql

  constructor(database: Connection) {
    this.#database = database
    this.#flusher = new WalFlusher(database.name)
    this.#sql = prepareStatements(database)
  }

  progress(hook: string): HookProgress | undefined {
    return this.#sql.progress.get(hook)
  }

  finishedAhead(hook: string): number[] {
    return this.#sql.finishedAhead.all(hook)
  }

  saveProgress(hook: string, progress: HookProgress): void {
    this.#write(() => this.#save(hook, progress))
  }

  finish(hook: string, { progress, offset, letter, lettersMax }: FinishedMessage): void {
    this.#write(() => {
      if (offset > progress.cursor) this.#sql.addFinished.run(hook, offset)
      if (letter !== undefined) {
        this.#sql.saveLetter.run({ hook, ...letter })
        this.#sql.keepLetters.run({ hook, lettersMax })
      }
      this.#save(hook, progress)
    })
  }

  countLetters(hook: string): number {
    return this.#sql.countLetters.get(hook) ?? 0
  }

  letters(hook: string): DeadLetter[] {
    return this.#sql.letters.all(hook)
  }

  letter(hook: string, hash: Hash): DeadLetter | undefined {
    return this.#sql.letter.get(hook, hash)
  }

  saveLetter(hook: string, letter: DeadLetter): void {
    this.#write(() => this.#sql.saveLetter.run({ hook, ...letter }))
  }

  removeLetters(hook: string, hashes: readonly Hash[]): void {
    this.#write(() => {
      for (const hash of hashes) this.#sql.removeLetter.run(hook, hash)
    })
  }

  #save(hook: string, { cursor, delivered, skipped, failed }: HookProgress): void {
    this.#sql.saveProgress.run(hook, cursor, delivered, skipped, failed)
    this.#sql.forgetFinished.run(hook, cursor)
  }

  #write(work: () => void): void {
    try {
      commitLazily(this.#database, this.#flusher, () => this.#database.transaction(work).immediate())
    } catch (error) {
      throw storeErrorFrom(error, this.#database.name)
    }
  }
}

function prepareStatements(database: Connection) {
  return {
    progress: database.prepare<[string], HookProgress>(
      'SELECT cursor, delivered, skipped, failed FROM hooks WHERE name = ?',
    ),
    saveProgress: database.prepare<[string, number, number, number, number]>(
      'INSERT OR REPLACE INTO hooks VALUES (?, ?, ?, ?, ?)',
    ),
    finishedAhead: database
      .prepare<[string], number>('SELECT offset FROM hook_finished WHERE hook = ? ORDER BY offset')
      .pluck(),
    addFinished: database.prepare<[string, number]>('INSERT OR IGNORE INTO hook_finished VALUES (?, ?)'),
    forgetFinished: database.prepare<[string, number]>('DELETE FROM hook_finished WHERE hook = ? AND offset <= ?'),
    countLetters: database.prepare<[string], number>('SELECT count(*) FROM hook_letters WHERE hook = ?').pluck(),
    letters: database.prepare<[string], DeadLetter>(
      `SELECT ${LETTER_COLUMNS} FROM hook_letters WHERE hook = ? ORDER BY offset`,
    ),
    letter: database.prepare<[string, Hash], DeadLetter>(
      `SELECT ${LETTER_COLUMNS} FROM hook_letters WHERE hook = ? AND hash = ?`,
    ),
    saveLetter: database.prepare<[DeadLetter & { hook: string }]>(
      `INSERT OR REPLACE INTO hook_letters
       VALUES (:hook, :offset, :hash, :author, :attempts, :reason, :output, :failedAt)`,
    ),
    keepLetters: database.prepare<[{ hook: string; lettersMax: number }]>(
      `DELETE FROM hook_letters WHERE hook = :hook AND offset IN
       (SELECT offset FROM hook_letters WHERE hook = :hook ORDER BY offset DESC LIMIT -1 OFFSET :lettersMax)`,
    ),
    removeLetter: database.prepare<[string, Hash]>('DELETE FROM hook_letters WHERE hook = ? AND hash = ?'),
  }
}
