// A caller of a node's API in a process of its own, so that a test which is busy with other things does not measure itself.

import { setTimeout as wait } from 'node:timers/promises'
import { percentile } from '../bench/support/percentile.ts'

/** What it saw since it was last told to begin. */
export interface CallsSeen {
  calls: number
  /** From question to answer. */
  p99Ms: number
  /** How late this process itself was served by the machine: it has nothing to do but ask. */
  ownDelayP99Ms: number
}

const BETWEEN_CALLS_MS = 20
const TICK_MS = 10

const [url = ''] = process.argv.slice(2)
let answered: number[] = []
let delays: number[] = []

process.on('message', (word) => {
  if (word === 'begin') [answered, delays] = [[], []]
  const seen: CallsSeen = {
    calls: answered.length,
    p99Ms: percentile(answered, 0.99),
    ownDelayP99Ms: percentile(delays, 0.99),
  }
  process.send?.(seen)
})
process.on('disconnect', () => process.exit(0))

/** The delay of one timer after the other. */
async function tick(): Promise<never> {
  for (;;) {
    const begun = performance.now()
    await wait(TICK_MS)
    delays.push(Math.max(0, performance.now() - begun - TICK_MS))
  }
}

async function call(): Promise<never> {
  for (;;) {
    const begun = performance.now()
    await (await fetch(url)).arrayBuffer()
    answered.push(performance.now() - begun)
    await wait(BETWEEN_CALLS_MS)
  }
}

await Promise.race([tick(), call()])
