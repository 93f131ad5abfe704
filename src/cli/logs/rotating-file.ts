// The log on disk: a file that lines are put at the end of, and a few older ones; together they never take more than some MiB. A line is in
// the file when `write` returns, because the last ones before a crash are those that matter.

import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bytes of one file: some ten thousand lines. */
const LOG_FILE_BYTES_MAX = 2 * 1024 * 1024

/** Older files beside the one that is written to. */
const OLD_LOG_FILES_MAX = 3

/** A stream for pino. */
export class RotatingFile {
  readonly #path: string
  readonly #bytesMax: number
  #file: { descriptor: number; bytes: number } | undefined

  /** @param bytesMax - of one file */
  constructor(path: string, bytesMax = LOG_FILE_BYTES_MAX) {
    this.#path = path
    this.#bytesMax = bytesMax
  }

  /** A line that cannot be written is lost: a full disk, which the node tells of by itself, must not end it. */
  write(line: string): void {
    try {
      this.#append(Buffer.from(line))
    } catch {
      this.#close()
    }
  }

  #append(line: Buffer): void {
    this.#file ??= this.#open()
    if (this.#file.bytes > 0 && this.#file.bytes + line.length > this.#bytesMax) this.#file = this.#turn()
    this.#file.bytes += writeSync(this.#file.descriptor, line)
  }

  #open(): { descriptor: number; bytes: number } {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const descriptor = openSync(this.#path, 'a', 0o600)
    return { descriptor, bytes: fstatSync(descriptor).size }
  }

  #turn(): { descriptor: number; bytes: number } {
    this.#close()
    const paths = logFilesOf(this.#path)
    for (const [at, older] of paths.slice(0, -1).entries()) renameIfThere(paths[at + 1] ?? this.#path, older)
    return this.#open()
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file.descriptor)
    this.#file = undefined
  }
}

/** The files of a log, the oldest first, whether they are there or not. */
export function logFilesOf(path: string): string[] {
  const old = Array.from({ length: OLD_LOG_FILES_MAX }, (_, at) => `${path}.${OLD_LOG_FILES_MAX - at}`)
  return [...old, path]
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
