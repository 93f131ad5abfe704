// Writes configuration files: a new one, or one with a setting changed. What would not be accepted is never written.

import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeWhole } from '../util/index.ts'
import { inspectText } from './config.ts'
import { readConfigText } from './config-file.ts'
import { ConfigError } from './errors.ts'
import { fromText, holdsSecret } from './layers.ts'
import type { Problem } from './errors.ts'
import type { PlacedSetting } from './setting.ts'

/** Only the owner may read what holds a secret, or may come to hold one. */
const SECRET_MODE = 0o600

/**
 * Writes the commented file with all defaults.
 *
 * @returns false when there is a file already; it stays as it is
 */
export async function createConfigFile(path: string): Promise<boolean> {
  const { configTemplate } = await import('./template.ts') // Here and below: only who edits waits for the library.
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path, configTemplate(), { flag: 'wx', mode: SECRET_MODE })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // writeFileSync throws nothing else.
    throw error
  }
}

/**
 * Sets one setting, as words of a command line, and makes the file where there is none.
 *
 * @throws ConfigError when the words do not fit; the file stays as it is
 */
export async function setInFile(path: string, setting: PlacedSetting, words: readonly string[]): Promise<void> {
  const { valueOfYaml, withSetting } = await import('./edit.ts')
  const value = valueFrom(setting, words, valueOfYaml)
  await change(path, (text) => withSetting(text, setting, value))
}

/**
 * Removes one setting, so that its default holds.
 *
 * @returns false when the file does not have it
 * @throws ConfigError when the file would not be accepted without it; it stays as it is
 */
export async function unsetInFile(path: string, setting: PlacedSetting): Promise<boolean> {
  const { hasSetting, withoutSetting } = await import('./edit.ts')
  if (!hasSetting(readConfigText(path, false) ?? '', setting)) return false
  await change(path, (text) => withoutSetting(text, setting))
  return true
}

/** Lists take a word for each entry; what has no flag is too rich for words and is written in YAML. */
function valueFrom(setting: PlacedSetting, words: readonly string[], valueOfYaml: (text: string) => unknown): unknown {
  if (setting.flag === undefined) return valueOfYaml(words.join(' '))
  return setting.repeatable || setting.wholeList ? words : fromText(setting, words.join(' '))
}

async function change(path: string, edit: (text: string) => string): Promise<void> {
  const text = readConfigText(path, false) ?? ''
  const before = await inspectText(text, path)
  if (!before.layer.isYaml) throw new ConfigError(before.problems)
  const edited = edit(text)
  const after = await inspectText(edited, path)
  // What was wrong already may be mended key by key.
  const caused = after.problems.filter((problem) => !before.problems.some((known) => isSame(known, problem)))
  if (caused.length > 0) throw new ConfigError(caused)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeWhole(realPathOf(path), edited, holdsSecret(after.layer) ? SECRET_MODE : modeOf(path))
}

function isSame(one: Problem, other: Problem): boolean {
  return one.key === other.key && one.message === other.message
}

/** A link stays one: what it leads to is written. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

function modeOf(path: string): number {
  return existsSync(path) ? statSync(path).mode & 0o777 : SECRET_MODE
}
