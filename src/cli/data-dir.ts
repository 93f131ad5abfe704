// The data directory, told without the settings: they take longer to load than a node takes to answer.

import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONFIG_FILE, DATA_DIRECTORY_DEFAULT, expandHome } from '../data-directory.ts'
import { CliError } from './errors.ts'
import type { NodePlace } from './loading.ts'

/** Any name that is longer, or stranger, is left to the settings, which say what is wrong with it. */
const PLAIN_PATH = /^(?!~[^/]).{1,4096}$/s

/** Undefined where only the settings can tell: a file is named, or the one that is there may name another directory. */
export function plainDataDir(
  { dataDir, config }: NodePlace,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const given = dataDir ?? (environment.EGREGORE_DATA_DIR || undefined)
  if (given !== undefined) return PLAIN_PATH.test(given) ? expandHome(given) : undefined
  const isFileNamed = config !== undefined || Boolean(environment.EGREGORE_CONFIG)
  return isFileNamed || mayNameDirectory(join(DATA_DIRECTORY_DEFAULT, CONFIG_FILE)) ? undefined : DATA_DIRECTORY_DEFAULT
}

/** No YAML names the setting without its word, but in an escape; lines that begin with # are comments, as in a file of --init-config. */
function mayNameDirectory(path: string): boolean {
  try {
    return /^(?!\s*#).*(?:data_dir|\\)/m.test(readFileSync(path, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT' // As: readFileSync throws nothing else.
  }
}

/**
 * To be asked before something is said not to be there: to another user everything in a data directory seems to be missing.
 *
 * @throws CliError 5 `DATA_DIR_FORBIDDEN`
 */
export function refuseForbidden(directory: string): void {
  try {
    accessSync(directory, constants.R_OK | constants.X_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return // As: accessSync throws nothing else.
    const message = `${directory} cannot be read by this user. Run this as its owner: sudo -u <owner> egregore …`
    throw new CliError(5, 'DATA_DIR_FORBIDDEN', message, { cause: error })
  }
}
