// A pseudo-terminal, for what only happens when a person sits in front: made by `script` of util-linux, which every Linux has.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'
import { eventually } from './node-process.ts'

/** Elsewhere `script` is another program, or none. */
export const hasTerminal =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false

/** A program on a terminal. */
export interface Terminal {
  /** What it has printed so far, without colours and movements. */
  text: () => string
  /** Waits until it has printed this since the last wait. */
  shows: (expected: RegExp) => Promise<void>
  /** As from the keyboard. */
  type: (keys: string) => void
  /** Its exit code. */
  ended: Promise<number | null>
}

/** Starts a program on a terminal of 80 columns; it is ended with the test. */
export function onTerminal(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Terminal {
  const command = `stty cols 80 rows 24 && exec ${words.map(quoted).join(' ')}`
  const env = { ...process.env, TERM: 'xterm', ...environment }
  const child = spawn('script', ['-qefc', command, '/dev/null'], { stdio: 'pipe', env })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  let looked = 0
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    printed += part
  })
  const text = () => stripVTControlCharacters(printed)
  const shows = (expected: RegExp) =>
    eventually(() => {
      const match = expected.exec(text().slice(looked))
      if (match === null) throw new Error(`The terminal does not show ${expected}: ${text()}`)
      looked += match.index + match[0].length
    })
  const ended = once(child, 'close').then(([code]) => code as number | null) // As: that is what it says first.
  return { text, shows, type: (keys) => void child.stdin.write(keys), ended }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
