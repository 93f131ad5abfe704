// How long a person waits for the API while a node does something else.

import { setTimeout as wait } from 'node:timers/promises'
import { percentile } from './percentile.ts'
import { timeOf } from './stopwatch.ts'
import type { Finding } from './finding.ts'
import type { NodeProcess } from './node-process.ts'

const PATHS = ['/v1/status', '/v1/feed?limit=20'] as const
const PAUSE_MS = 10

/** Asks every path in turn until `meanwhile` ends; answers the times of each. */
export async function askDuring({ http }: NodeProcess, meanwhile: Promise<unknown>): Promise<number[][]> {
  let isOver = false
  void meanwhile.finally(() => {
    isOver = true
  })
  const times: number[][] = PATHS.map(() => [])
  while (!isOver) {
    for (const [index, path] of PATHS.entries()) times[index]?.push(await timeOf(() => http.get(path)))
    await wait(PAUSE_MS)
  }
  return times
}

/** A row for each path: its p99 while the node was busy, beside the same of an idle node. */
export function latencyFindings(
  during: string,
  { idle, busy }: Readonly<Record<'idle' | 'busy', readonly number[][]>>,
  p99MsMax: number,
): Finding[] {
  const p99 = (times: readonly number[] = []) => ({ value: percentile(times, 0.99), unit: 'ms' }) as const
  return PATHS.map((path, index) => ({
    what: `GET ${path} during ${during}, p99`,
    figure: p99(busy[index]),
    limit: { ...p99(idle[index]), of: 'the same node, idle' },
    goal: { kind: 'at most', value: p99MsMax },
    note: `longest ${Math.max(...(busy[index] ?? [])).toFixed(0)} ms`,
  }))
}
