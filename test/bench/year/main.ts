// npm run year: a year of a node's life, with its disk and memory as a table and as docs/year.svg. docs/endurance.md says what was seen.

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { BenchRun } from '../support/bench-run.ts'
import { DAYS, liveAYear } from './live-a-year.ts'
import { plotOf } from './plot.ts'
import type { Evening } from './live-a-year.ts'

const MIB = 1024 * 1024
const DAYS_OF_A_LINE = 15

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    plot: { type: 'string' },
  },
})

const run = new BenchRun({ scale: 1 })
const evenings: Evening[] = []
try {
  console.log(lineOf(['day', 'taken', 'held', 'forgotten', 'log', 'projections', 'WALs', 'RSS MiB', 'step ms']))
  for await (const evening of liveAYear(run, Number(values.messages), Number(values.seed))) {
    evenings.push(evening)
    if (evening.day % DAYS_OF_A_LINE !== 1 && evening.day !== DAYS) continue
    console.log(lineOf(cellsOf(evening)))
    // Half a year is worth a look, too.
    if (values.plot !== undefined) writeFileSync(values.plot, plotOf(evenings))
  }
} finally {
  await run.end()
}

function cellsOf(evening: Evening): string[] {
  const { day, taken, held, forgotten, logBytes, projectionsBytes, walBytes, rssBytes, stepMaxMs } = evening
  const sizes = [logBytes, projectionsBytes, walBytes, rssBytes].map((bytes) => (bytes / MIB).toFixed(1))
  return [...[day, taken, held, forgotten].map(String), ...sizes, stepMaxMs.toFixed(1)]
}

function lineOf(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(11)).join(' ')
}
