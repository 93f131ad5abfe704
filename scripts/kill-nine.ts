// Kills nodes with SIGKILL at random moments of whatever they do, and looks each time at what is left. `npm run kill-nine -- --help`

import { parseArgs } from 'node:util'
import { CYCLES_OF_A_LIFE, Life, lifeSeed } from './kill-nine/life.ts'
import type { Cycle, Doom } from './kill-nine/life.ts'

const HELP = `Usage: npm run kill-nine -- [options]

Starts a node again and again on one data directory and kills it (kill -9) while it publishes, ingests, sweeps, imports, makes a backup or
starts, and the verb that restores one. After each kill the directory must hold every message that was acknowledged, our feed whole and
unforked, no row of the full-text index without its message, projections as a replay of the log makes them, and no backup that is not whole.
After ${CYCLES_OF_A_LIFE} kills another directory begins, a life. Ends with 1 at the first fault, which is told with how to try that life again.

  --cycles <n>  kills in all (16)
  --seed <n>    decides activities, messages and moments (1)
  --life <n>    only this life, counted from 1
  --help`

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    life: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(HELP)
else await main(wholeNumber('cycles'), wholeNumber('seed'), values.life === undefined ? undefined : wholeNumber('life'))

async function main(cycles: number, seed: number, only: number | undefined): Promise<void> {
  const begun = performance.now()
  const kills = new Map<Doom, number>()
  let acknowledged = 0
  const lives = only === undefined ? Math.ceil(cycles / CYCLES_OF_A_LIFE) : 1
  for (let index = 0; index < lives; index++) {
    const number = only ?? index + 1
    const outcome = await liveOut(seed, number, cycles - index * CYCLES_OF_A_LIFE, kills)
    if (outcome === undefined) return
    acknowledged += outcome
  }
  const seconds = Math.round((performance.now() - begun) / 1000)
  const each = [...kills].map(([doom, times]) => `${doom} ${times}`).join(', ')
  console.log(`${[...kills.values()].reduce((sum, times) => sum + times, 0)} kills in ${seconds} s (${each})`)
  console.log(`${acknowledged.toLocaleString('en')} messages acknowledged; 0 lost, no other fault. Seed ${seed}.`)
}

/** How many messages were acknowledged; undefined after a fault, which was told. */
async function liveOut(
  seed: number,
  number: number,
  cycles: number,
  kills: Map<Doom, number>,
): Promise<number | undefined> {
  const life = new Life(lifeSeed(seed, number))
  let last: Cycle | undefined
  try {
    for await (const cycle of life.cycles(cycles)) {
      last = cycle
      kills.set(cycle.doom, (kills.get(cycle.doom) ?? 0) + 1)
      if (cycle.faults.length > 0) throw new Error(cycle.faults.join('\n'))
    }
  } catch (error) {
    console.error(
      `Life ${number}, after ${last?.doom} was killed after ${last?.killedAfterMs} ms:\n${(error as Error).message}`,
    )
    console.error(`Its directory stays: ${life.directory}`)
    console.error(`Again: npm run kill-nine -- --seed ${seed} --life ${number}`)
    process.exitCode = 1
    return undefined
  }
  life.remove()
  console.log(`life ${number}: ${last?.acknowledged} messages acknowledged, none lost`)
  return last?.acknowledged ?? 0
}

function wholeNumber(name: 'cycles' | 'seed' | 'life'): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= 1) return number
  console.error(`--${name} ${values[name]} is no whole number from 1.`)
  process.exit(2)
}
