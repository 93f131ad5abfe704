// Reads config.yaml: which file it is, its text, and its settings with their lines.

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CONFIG_FILE } from '../data-directory.ts'
import { ConfigError } from './errors.ts'
import type { Origin, Problem } from './errors.ts'

/** No configuration is so long; whatever is, is another file. */
export const CONFIG_BYTES_MAX = 1024 * 1024

/** Whether others than the owner can read a file. Windows has no such mode. */
export function isReadableByOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o044) !== 0
}

/** Where the file of a data directory is. */
export function configPathOf(dataDirectory: string): string {
  return join(dataDirectory, CONFIG_FILE)
}

/**
 * The text of a file.
 *
 * @param isExpected - whether it was named by somebody: then its absence is an error
 * @returns undefined when there is none
 * @throws ConfigError when it cannot be read
 */
export function readConfigText(path: string, isExpected: boolean): string | undefined {
  const bytes = readBytes(path, isExpected)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable(path, 'it is not UTF-8. Save it in that encoding')
  }
}

function readBytes(path: string, isExpected: boolean): Buffer | undefined {
  try {
    const status = statSync(path)
    if (!status.isFile()) throw unreadable(path, `it is ${status.isDirectory() ? 'a directory' : 'no regular file'}`)
    if (status.size > CONFIG_BYTES_MAX) {
      throw unreadable(path, `it has ${status.size} bytes, and a configuration at most ${CONFIG_BYTES_MAX}`)
    }
    return readFileSync(path)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { code, message } = error as NodeJS.ErrnoException // statSync and readFileSync throw nothing else.
    if ((code === 'ENOENT' || code === 'ENOTDIR') && !isExpected) return undefined
    if (code === 'ENOENT') throw unreadable(path, 'there is no such file. "egregore --init-config" writes one')
    throw unreadable(path, code === 'EACCES' ? NOT_OURS : message)
  }
}

const NOT_OURS =
  'permission is denied. Run egregore as the user whom it and its directory belong to, or choose another directory with --data-dir'

function unreadable(path: string, reason: string): ConfigError {
  return new ConfigError([problemAt(path, `the configuration cannot be read: ${reason}.`)])
}

function problemAt(path: string, message: string): Problem {
  const origin: Origin = { kind: 'file', path, line: 1, column: 1 }
  return { origin, message }
}
