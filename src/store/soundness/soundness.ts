// Whether the log's database is whole: looked at beside the node after one that did not stop in order, and when SQLite meets a broken page.
// To a damaged one nothing more is written, nor to one that has lost its name; and whether the disk takes what is written.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { damaged, gone, walGone } from '../errors.ts'
import { workerModule } from '../worker-module.ts'
import type { ChildProcess } from 'node:child_process'
import type { FeedPlace, Soundness } from '../../log/index.ts'
import type { Logger } from '../../logger.ts'
import type { Connection } from '../database.ts'
import type { StoreError } from '../errors.ts'
import type { Findings } from './integrity-process.ts'

/** A gigabyte takes some seconds; a disk on which it takes this long is asked too much, and the next start tries again. */
const CHECK_MS_MAX = 30 * 60 * 1000

/** How often a disk that refused is tried. */
const TRY_AGAIN_MS = 5_000

/**
 * What is known: `unchecked` while nothing gave cause to look, `checking`, `whole`, `damaged`, or `unfinished` when it could not be found
 * out.
 */
export type SoundnessState = 'unchecked' | 'checking' | 'whole' | 'damaged' | 'unfinished'

/** Who is told how reading and writing go. */
export interface StoreWatch {
  /** SQLite met a broken page, or the disk did not take what was written. */
  refused(error: StoreError): void
  /** A message is not what was signed: the pages may be whole all the same. */
  notAsSigned(place: FeedPlace): void
  /** A transaction is on disk. */
  wrote(): void
}

/** Looks after one database, and keeps it from being written once it is damaged. */
export class DatabaseSoundness implements Soundness, StoreWatch {
  readonly #database: Connection
  readonly #logger: Pick<Logger, 'info' | 'warn' | 'error'>
  readonly #msMax: number
  #state: SoundnessState = 'unchecked'
  #findings: readonly string[] = []
  #checking: ChildProcess | undefined
  /** The file that was opened. */
  readonly #file: string
  #wal = ''
  #failure: StoreError | undefined
  #trying: NodeJS.Timeout | undefined
  #isClosed = false
  #tell: (place: FeedPlace) => void = () => {}

  /** @param database - the writer's connection, on disk */
  constructor(database: Connection, logger: Pick<Logger, 'info' | 'warn' | 'error'>, msMax = CHECK_MS_MAX) {
    this.#database = database
    this.#logger = logger
    this.#msMax = msMax
    this.#file = fileAt(database.name)
  }

  get state(): SoundnessState {
    return this.#state
  }

  /** What is wrong with it, as SQLite says it. */
  get findings(): readonly string[] {
    return this.#findings
  }

  /** Looks at every page and every message, beside the node. Resolves when it is known; never rejects. */
  async check(reason = 'the last node here did not stop in order'): Promise<void> {
    const begun = performance.now()
    this.#state = 'checking'
    this.#logger.info({ path: this.#database.name }, `${reason}: the database is checked`)
    const found = await this.#look()
    if (this.#isClosed || this.#isDamaged) return
    if ('error' in found) return this.#unfinished(found.error)
    for (const place of found.notAsSigned) this.#tell(place)
    if (found.findings.length > 0) return this.found(found.findings)
    this.#state = 'whole'
    this.#logger.info({ ms: Math.round(performance.now() - begun) }, 'the database is whole')
  }

  /** It is damaged: nothing is written to it from now on. */
  found(findings: readonly string[]): void {
    if (this.#isDamaged) return
    this.#state = 'damaged'
    this.#findings = findings
    // In a moment: whoever met the damage may be in the middle of a query.
    queueMicrotask(() => this.#forbidWriting())
    this.#logger.error({ path: this.#database.name, findings }, damaged(this.#database.name, findings).message)
  }

  /** Why nothing is written at present, whole as it may be; undefined while nothing keeps it from that. */
  get writeFailure(): string | undefined {
    return (this.#gone() ?? this.#failure)?.message
  }

  refuseWhenDamaged(): void {
    if (this.#isDamaged) throw damaged(this.#database.name, this.#findings)
    const isGone = this.#gone()
    if (isGone !== undefined) throw isGone
  }

  refused(error: StoreError): void {
    if (error.code === 'STORE_DAMAGED') this.found(findingsOf(error))
    else this.#couldNotWrite(error)
  }

  onNotAsSigned(listener: (place: FeedPlace) => void): void {
    this.#tell = listener
  }

  /** Where a disk has changed one message it may have changed others, and pages. */
  notAsSigned(place: FeedPlace): void {
    this.#tell(place)
    if (this.#state === 'unchecked') void this.check('a message is not what was signed')
  }

  wrote(): void {
    if (this.#failure === undefined) return
    this.#failure = undefined
    clearInterval(this.#trying)
    this.#logger.info({ path: this.#database.name }, 'the disk takes what is written again')
  }

  /** Ends what is under way. Safe to call twice. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#trying)
    this.#checking?.kill('SIGKILL')
  }

  #forbidWriting(): void {
    if (this.#database.open) this.#database.pragma('query_only = ON')
  }

  get #isDamaged(): boolean {
    return this.#state === 'damaged'
  }

  /** That what is written would be lost, because a file that is written to has no name any more. */
  #gone(): StoreError | undefined {
    const { name } = this.#database
    if (fileAt(name) !== this.#file) return gone(name)
    const wal = fileAt(`${name}-wal`)
    // It comes with the first transaction.
    this.#wal ||= wal
    return wal === this.#wal ? undefined : walGone(name)
  }

  #couldNotWrite(error: StoreError): void {
    if (this.#failure === undefined) {
      this.#logger.error({ err: error.cause, path: this.#database.name }, error.message)
      this.#trying = setInterval(() => this.#tryAgain(), TRY_AGAIN_MS).unref()
    }
    this.#failure = error
  }

  /** Also where nobody says anything, it is known when the disk is well again. */
  #tryAgain(): void {
    try {
      this.#database.exec("UPDATE settings SET value = value WHERE name = 'store'")
      this.wrote()
    } catch {
      // It is tried again.
    }
  }

  #unfinished(reason: string): void {
    this.#state = 'unfinished'
    this.#logger.warn(
      { path: this.#database.name, reason },
      'the database could not be checked; the next start tries again',
    )
  }

  async #look(): Promise<Findings> {
    try {
      const module = fileURLToPath(workerModule('soundness/integrity-process'))
      const child = spawn(process.execPath, [module, this.#database.name], {
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: this.#msMax,
        killSignal: 'SIGKILL',
      })
      this.#checking = child
      const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
      return said === '' ? { error: 'it ended before it was done' } : (JSON.parse(said) as Findings) // As: our own process wrote it.
    } catch (error) {
      return { error: (error as Error).message }
    }
  }
}

/** Which file has this name; none is one too. */
function fileAt(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.dev}:${found.ino}`
}

/** What SQLite said, or what we found ourselves. */
function findingsOf({ cause, details, message }: StoreError): readonly string[] {
  if (cause instanceof Error) return [cause.message]
  return 'findings' in details ? (details.findings as readonly string[]) : [message] // As: errors.ts puts them there.
}
