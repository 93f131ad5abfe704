// Runs the checks side by side, each for as long as it may take, and mends what is safe to mend when that was asked for.

import { setTimeout as pause } from 'node:timers/promises'
import { EgregoreError } from '../../client/index.ts'
import { skipped } from './check.ts'
import type { Check, Finding, Patient } from './check.ts'

/** For what a check began and did not bring to an end: it keeps nobody waiting longer than this. */
const END_MS = 1_000

/** A finding under the name of its check. */
export interface Diagnosis extends Finding {
  check: Pick<Check, 'name' | 'title'>
  /** What --fix did. */
  mended?: string
}

/** In the order of the checks. */
export async function examine(checks: readonly Check[], patient: Patient): Promise<Diagnosis[]> {
  return (await Promise.all(checks.map((check) => runOne(check, patient)))).flat()
}

/** A check that fails to run has found something too: what it looked at does not let itself be looked at. */
async function runOne(check: Check, patient: Patient): Promise<Diagnosis[]> {
  const time = new AbortController()
  const looked = async () => check.run(patient, time.signal)
  const late = () => skipped(`It took longer than ${check.timeoutMs / 1000} s.`)
  try {
    const found = await Promise.race([looked(), pause(check.timeoutMs, undefined, time).then(late)])
    return [found].flat().map((finding) => ({ ...finding, check }))
  } catch (error) {
    // The node took longer than a call waits: nothing is known of what was looked at.
    if (error instanceof EgregoreError && error.code === 'NODE_TIMED_OUT') return [{ ...skipped(error.message), check }]
    return [{ verdict: 'failed', found: (error as Error).message, check }]
  } finally {
    time.abort()
  }
}

/** Mends, one after the other, what has a safe remedy. A remedy that fails leaves the finding as it was. */
export async function mend(diagnoses: readonly Diagnosis[]): Promise<Diagnosis[]> {
  const after: Diagnosis[] = []
  for (const diagnosis of diagnoses)
    after.push(diagnosis.mend === undefined ? diagnosis : await mendOne(diagnosis, diagnosis.mend))
  return after
}

async function mendOne(
  { mend: _, advice: __, ...diagnosis }: Diagnosis,
  remedy: NonNullable<Finding['mend']>,
): Promise<Diagnosis> {
  try {
    return { ...diagnosis, verdict: 'ok', mended: await remedy() }
  } catch (error) {
    return { ...diagnosis, advice: `It could not be mended: ${(error as Error).message}` }
  }
}

/** Whether anything is wrong that keeps the node from its work. */
export function hasFailed(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.some(({ verdict }) => verdict === 'failed')
}

/** Ends the process in a moment, when it does not end by itself. */
export function endSoon(): void {
  setTimeout(() => process.exit(), END_MS).unref()
}
