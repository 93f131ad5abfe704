// What the checks read: files of the repository as a map from path to text, and code without its comments.

import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The repository, wherever the script was started from. */
export const REPOSITORY = resolve(import.meta.dirname, '..')

/** Paths of the files that match, relative to the repository, with forward slashes, in order. */
export function pathsOf(...patterns: string[]): string[] {
  const found = globSync(patterns, { cwd: REPOSITORY, withFileTypes: true }).filter((entry) => entry.isFile())
  return found
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(REPOSITORY.length + 1))
    .sort()
}

export function readFiles(...patterns: string[]): Map<string, string> {
  return new Map(pathsOf(...patterns).map((path) => [path, readFileSync(resolve(REPOSITORY, path), 'utf8')]))
}

// Strings and regular expressions stand first, so that a `//` inside one is not taken for a comment. A regular expression
// is told from a division by what stands before it.
const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/
const PATTERN = /(?<=(?:^|[=(,:[!&|?{};]|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//
const KEPT_OR_COMMENT = new RegExp(`(${STRING.source}|${PATTERN.source})|${COMMENT.source}`, 'gm')

/** The same text with comments blanked out, so that every position and line number stays. */
export function withoutComments(code: string): string {
  return code.replace(KEPT_OR_COMMENT, (found: string, kept?: string) => kept ?? found.replace(/[^\n]/g, ' '))
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

/** Prints what is wrong, or one line that says what was checked; the process then ends with 1 or 0. */
export function report(faults: readonly string[], checked: string): void {
  if (faults.length === 0) console.log(checked)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length === 0 ? 0 : 1
}
