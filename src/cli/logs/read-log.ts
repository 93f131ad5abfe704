// Reads the log of a data directory from its files, whether the node runs or not.

import { existsSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { isAskedFor, parseLogLine } from './log-line.ts'
import { logFilesOf } from './rotating-file.ts'
import type { FileHandle } from 'node:fs/promises'
import type { LinesAsked, LogLine } from './log-line.ts'

/** How often the file is looked at for new lines. */
const LOOK_MS = 200

/** Whether a node has ever written a line there. */
export function hasLog(path: string): boolean {
  return logFilesOf(path).some((file) => existsSync(file))
}

/** The file that is written to, read once from end to end: what it holds, then what comes. */
export class LogReader {
  readonly #path: string
  readonly #asked: LinesAsked
  #file: { handle: FileHandle; position: number } | undefined
  /** A line of which the end is not written yet. */
  #rest = ''

  constructor(path: string, asked: LinesAsked) {
    this.#path = path
    this.#asked = asked
  }

  /** The last lines that are asked for, the oldest first. Files have a limit, so all of them are read. */
  async last(count: number): Promise<LogLine[]> {
    const older = logFilesOf(this.#path).slice(0, -1)
    const texts = await Promise.all(older.map((file) => readFile(file, 'utf8').catch(emptyWhenMissing)))
    return [...this.#linesIn(texts.join('')), ...(await this.#readOn())].slice(-count)
  }

  /** The lines that were not there for {@link last}, as they come, also behind the turn to another file; ends by its signal. */
  async *next(signal: AbortSignal): AsyncGenerator<LogLine> {
    while (!signal.aborted) {
      // Asked first: what was written into the old file before the turn is then there to be read.
      const hasTurned = await this.#hasTurned()
      yield* await this.#readOn()
      if (hasTurned) await this.close()
      else await pause(LOOK_MS, undefined, { signal }).catch(() => {})
    }
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    await this.#file?.handle.close()
    this.#file = undefined
    this.#rest = ''
  }

  async #readOn(): Promise<LogLine[]> {
    if (this.#file === undefined && !existsSync(this.#path)) return []
    this.#file ??= { handle: await open(this.#path, 'r'), position: 0 }
    const { handle, position } = this.#file
    const buffer = Buffer.alloc(Math.max(0, (await handle.stat()).size - position))
    const { bytesRead } = await handle.read({ buffer, position })
    this.#file.position += bytesRead
    const text = this.#rest + buffer.toString('utf8', 0, bytesRead)
    const end = text.lastIndexOf('\n') + 1
    this.#rest = text.slice(end)
    return this.#linesIn(text.slice(0, end))
  }

  async #hasTurned(): Promise<boolean> {
    if (this.#file === undefined || !existsSync(this.#path)) return false
    return (await stat(this.#path)).ino !== (await this.#file.handle.stat()).ino
  }

  #linesIn(text: string): LogLine[] {
    return text.split('\n').flatMap((one) => {
      const line = parseLogLine(one)
      return line !== undefined && isAskedFor(line, this.#asked) ? [line] : []
    })
  }
}

function emptyWhenMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
