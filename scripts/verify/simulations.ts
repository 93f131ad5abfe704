// Five nodes and everything that may happen to them, over virtual time.

import { simulate } from '../simulate/simulation.ts'
import type { SimulationSettings } from '../simulate/settings.ts'
import type { Summary } from '../simulate/summary.ts'
import type { Suite } from './suite.ts'

/** goals.md: equal sets so long after healing. */
const HEALED_MS_MAX = 15_000

export const simulation: Suite = {
  name: 'simulation',
  of: 'seeds',
  law: 'five nodes lose nothing to loss, partition, churn and hostile nodes together',
  sizes: { tests: 300, long: 100_000 },
  run: async (size, seed, reached) => {
    const faults = {
      loss: 10,
      partition: 8,
      partitions: 2,
      churn: 25,
      byzantine: 20,
      nodes: 5,
      degree: 4,
      messages: 15,
      over: 20,
    }
    const slowest = runAll(size, seed, reached, faults)
    return `all converged, the slowest within ${(slowest / 1000).toFixed(1)} s of virtual time`
  },
}

export const partitions: Suite = {
  name: 'partitions',
  of: 'partitions',
  law: 'five nodes with 5 % loss and 50 ms hold the same within 15 s, over two partitions of 10 s',
  sizes: { tests: 100, long: 6_000 },
  run: async (size, seed, reached) => {
    const line = { nodes: 5, degree: 4, messages: 20, delay: 50, loss: 5, partition: 10, partitions: 2, over: 25 }
    const slowest = runAll(size, seed, reached, line)
    if (slowest > HEALED_MS_MAX) throw new Error(`one took ${slowest} ms`)
    return `the slowest within ${(slowest / 1000).toFixed(1)} s`
  },
}

function runAll(
  size: number,
  seed: number,
  reached: (done: number) => void,
  settings: Partial<SimulationSettings>,
): number {
  let slowest = 0
  for (let done = 0; done < size; done++) {
    const summary = simulate({ ...settings, seed: seed + done })
    if (!summary.isConverged) throw new Error(`not converged; again: ${replayOf(summary)}`)
    slowest = Math.max(slowest, summary.times.p100)
    reached(done)
  }
  return slowest
}

/** What somebody needs to see the same run again. */
export function replayOf({ settings }: Summary): string {
  const words = Object.entries(settings)
    .filter(([name]) => name !== 'gossip')
    .map(([name, value]) => `--${name} ${value}`)
  return `npm run simulate -- ${words.join(' ')}${settings.gossip ? '' : ' --no-gossip'}`
}
