// How long a person or a script waits for a verb, as a whole process, beside a process that does nothing.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { BIN, startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { timeOf } from './support/stopwatch.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const RUNS = 20

/** Issue 5, "Speed". */
const STATUS_MS_MAX = 150

export async function cli(run: BenchRun): Promise<Finding[]> {
  const { dataDir } = await startNode(run, { dataDir: run.temporaryDirectory() })
  const status = [BIN, 'status', '--data-dir', dataDir]
  const nothing = ['-e', '0']
  // The first one fills the compile cache.
  await spawned(status)
  const verbs: number[] = []
  const bare: number[] = []
  for (let turn = 0; turn < run.sized(RUNS); turn++) {
    verbs.push(await timeOf(() => spawned(status)))
    bare.push(await timeOf(() => spawned(nothing)))
  }
  return [
    {
      what: 'egregore status as a whole process, p50',
      figure: { value: percentile(verbs, 0.5), unit: 'ms' },
      limit: { value: percentile(bare, 0.5), unit: 'ms', of: 'node -e 0' },
      goal: { kind: 'at most', value: STATUS_MS_MAX },
    },
  ]
}

function spawned(args: readonly string[]): Promise<unknown> {
  return promisify(execFile)(process.execPath, args)
}
