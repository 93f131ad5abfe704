// How verbs print: plain tables that fit, times as ages, and nothing from others that a terminal would obey.

import { stripVTControlCharacters, styleText } from 'node:util'
import measure from 'fast-string-truncated-width'

/** What JSON.stringify leaves as it is and a terminal obeys or hides: C1 controls, bidi and other format marks. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu

/** C0 and C1 controls, and marks that reorder text: a message must not move the cursor or hide its own words. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g

/** Columns of a terminal that does not say. */
const WIDTH_DEFAULT = 100

export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** One JSON value, for scripts. */
export function printJson(value: unknown): void {
  print(jsonText(value, 2))
}

/** JSON in which nothing from others steers a terminal; it parses to the same value. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSAFE_IN_JSON, escaped)
}

function escaped(mark: string): string {
  const units = Array.from({ length: mark.length }, (_, index) => mark.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

/** `1 message`, `2 messages`, `2 policies`, `2 relays` */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun.replace(/(?<![aeiou])y$/, 'ie')}s`}`
}

/** Text of others, in one line. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(UNPRINTABLE, ' ').trim()
}

/** Text of others in its own lines: how far a line is indented stays, nothing else that a terminal would obey. */
export function plainLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => `${/^[ \t]*/.exec(line)?.[0] ?? ''}${plain(line)}`.trimEnd())
}

/** Cut to columns of a terminal, with an ellipsis where something is missing. Wide letters and emoji take two. */
export function cut(text: string, width: number): string {
  const { truncated, index } = measure(text, { limit: width, ellipsis: '…', ellipsisWidth: 1 })
  if (!truncated) return text
  const isWithinPair = /[\udc00-\udfff]/.test(text.charAt(index))
  return width < 1 ? '' : `${text.slice(0, isWithinPair ? index - 1 : index)}…`
}

/** Filled up to columns of a terminal. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - measure(text).width))
}

/** An author as people compare them: the first characters of the key. */
export function shortAuthor(author: string): string {
  return author.slice(0, 9)
}

/** How long ago, in the largest unit that says something: 5s, 3m, 2h, 9d. */
export function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** Rows under headings, as wide as the terminal at most: what does not fit is cut, in the widest columns first. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = fitting(headings.map((_, column) => widestOf(column, [headings, ...rows])))
  print(styleText('bold', lineOf(headings, widths)))
  for (const row of rows) print(lineOf(row, widths))
}

/** Names and values, one under the other. */
export function printFacts(facts: readonly (readonly [string, string])[]): void {
  const width = Math.max(...facts.map(([name]) => name.length))
  for (const [name, value] of facts) print(`${styleText('dim', name.padEnd(width))}  ${value}`)
}

/** Columns of the terminal; elsewhere those that COLUMNS asks for. */
export function terminalWidth(): number {
  const asked = Number(process.env.COLUMNS)
  return process.stdout.columns ?? (Number.isInteger(asked) && asked > 0 ? asked : WIDTH_DEFAULT)
}

function widestOf(column: number, rows: readonly (readonly string[])[]): number {
  return Math.max(...rows.map((row) => measure(row[column] ?? '').width))
}

function fitting(natural: readonly number[]): number[] {
  const widths = [...natural]
  const available = terminalWidth() - GAP.length * (widths.length - 1)
  for (let over = widths.reduce((sum, width) => sum + width, 0) - available; over > 0; over--) {
    const widest = Math.max(...widths)
    if (widest <= COLUMN_WIDTH_MIN) break
    widths[widths.lastIndexOf(widest)] = widest - 1
  }
  return widths
}

const GAP = '  '

/** Narrower, a column says nothing. */
const COLUMN_WIDTH_MIN = 8

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => pad(cut(cell, widths[column] ?? 0), widths[column] ?? 0))
    .join(GAP)
    .trimEnd()
}
