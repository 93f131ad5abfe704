// The file of a client on disk: read with limits, written whole, with what stood there before beside it.

import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../../util/index.ts'
import { CliError } from '../errors.ts'

/** Claude Code keeps its history in the same file, which grows to some MiB. */
export const CLIENT_FILE_BYTES_MAX = 64 * 1024 * 1024

const NEW_MODE = 0o600

/** One file of a client. */
export class ClientFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Where the text is kept that stood here before there was anything of ours. */
  get backup(): string {
    return `${this.path}.before-egregore`
  }

  /**
   * Undefined when there is no file.
   *
   * @throws CliError 1 `CLIENT_FILE_UNREADABLE`
   */
  read(): string | undefined {
    return readText(this.path)
  }

  /** Keeps a text as the backup. */
  keep(text: string): void {
    writeWhole(this.backup, text, modeOf(this.path))
  }

  /** The backup, as {@link read}. */
  kept(): string | undefined {
    return readText(this.backup)
  }

  dropBackup(): void {
    rmSync(this.backup, { force: true })
  }

  /** A link stays one, and its mode stays what it was. */
  write(text: string): void {
    mkdirSync(dirname(this.path), { recursive: true })
    writeWhole(existsSync(this.path) ? realpathSync(this.path) : this.path, text, modeOf(this.path))
  }

  remove(): void {
    rmSync(this.path)
  }
}

function modeOf(path: string): number {
  return existsSync(path) ? statSync(path).mode & 0o777 : NEW_MODE
}

function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  try {
    const status = statSync(path)
    if (!status.isFile()) throw new Error('it is no file')
    if (status.size > CLIENT_FILE_BYTES_MAX) throw new Error(`it has more than ${CLIENT_FILE_BYTES_MAX} bytes`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}. Nothing was changed.`
    throw new CliError(1, 'CLIENT_FILE_UNREADABLE', message, { cause: error })
  }
}
