// Starts a process that does its worst to a node, so that whoever measures the node does not wait for its own attacks.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Victim } from '../../e2e/siege/attack.ts'
import type { BenchRun } from './bench-run.ts'

/** Who attacks, and how. */
export type Side = 'flood' | 'lie' | 'connect'

/** Begins and goes on until what it answers is called, or the bench ends. */
export async function attack(run: BenchRun, side: Side, victim: Victim): Promise<() => void> {
  const child = fork(new URL('./attacking-process.ts', import.meta.url), [side, JSON.stringify(victim)])
  const end = () => void child.kill('SIGKILL')
  run.defer(end)
  await once(child, 'message')
  return end
}
