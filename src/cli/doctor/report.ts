// How findings are told: a word, what was looked at, what was found; below it what to do. Long sentences are broken where the terminal ends.

import { styleText } from 'node:util'
import { counted, plain, print, terminalWidth } from '../output.ts'
import type { Verdict } from './check.ts'
import type { Diagnosis } from './examine.ts'

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const

const WORD_WIDTH = 'warning'.length + 2

/** A finding as --json has it. */
export interface Reported {
  check: string
  verdict: Verdict
  about?: string
  found: string
  advice?: string
  mended?: string
}

export function reportOf({ check, mend: _, ...finding }: Diagnosis): Reported {
  return { check: check.name, ...finding }
}

export function printDiagnoses(diagnoses: readonly Diagnosis[]): void {
  const width = Math.max(...diagnoses.map(({ check }) => check.title.length)) + 2
  const room = Math.max(20, terminalWidth() - WORD_WIDTH - width)
  const indent = ' '.repeat(WORD_WIDTH + width)
  for (const { check, verdict, about, found, advice, mended } of diagnoses) {
    const [first = '', ...rest] = wrapped(plain(about === undefined ? found : `${about}: ${found}`), room)
    print(`${styleText(COLOURS[verdict], verdict.padEnd(WORD_WIDTH))}${check.title.padEnd(width)}${first}`.trimEnd())
    for (const line of rest) print(indent + line)
    if (mended !== undefined) for (const line of wrapped(`mended: ${mended}`, room)) print(indent + line)
    if (advice !== undefined)
      for (const line of wrapped(`→ ${plain(advice)}`, room)) print(styleText('bold', indent + line))
  }
  print()
  print(summaryOf(diagnoses))
}

function summaryOf(diagnoses: readonly Diagnosis[]): string {
  const count = (verdict: Verdict): number => diagnoses.filter((one) => one.verdict === verdict).length
  const mendable = diagnoses.filter(({ mend }) => mend !== undefined).length
  const fix = mendable === 0 ? '' : `; ${mendable} of these "egregore doctor --fix" mends`
  const failed = count('failed')
  if (failed + count('warning') === 0) return `Nothing is wrong (${count('skipped')} could not be looked at).`
  return `${failed} failed, ${counted(count('warning'), 'warning')}${fix}.`
}

/** In lines of at most so many characters; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
