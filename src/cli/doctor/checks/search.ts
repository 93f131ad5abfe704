// Whether search holds the messages of the log: folded from this log, up to its end, and neither more nor less.

import { existsSync, rmSync } from 'node:fs'
import { inspectLogFile, inspectProjectionsFile, lockDirectory } from '../../../store/index.ts'
import { counted } from '../../output.ts'
import { LONG_MS, ok, skipped } from '../check.ts'
import type { Paths } from '../../../data-directory.ts'
import type { ProjectionsInspection } from '../../../store/index.ts'
import type { Check, Finding, Patient } from '../check.ts'

export const search: Check = {
  name: 'search',
  title: 'search',
  timeoutMs: LONG_MS,
  run: async (patient, signal) => {
    const { paths } = patient
    if (!existsSync(paths.database)) return skipped('there is no log yet')
    if (!existsSync(paths.projections)) return ok('nothing is folded yet; the next start does it')
    try {
      return findingOf(await inspectProjectionsFile(paths, signal), patient)
    } catch (error) {
      if (signal.aborted) throw error
      if (!(await isLogWhole(paths, signal)))
        return skipped('the log is not whole, so there is nothing to compare with')
      return wrong(patient, `${paths.projections} cannot be read: ${(error as Error).message}`)
    }
  },
}

/** Both files are read to compare them, and only one of them is ours to remove. */
async function isLogWhole({ database }: Paths, signal: AbortSignal): Promise<boolean> {
  return inspectLogFile(database, signal).then(
    ({ damage }) => damage.length === 0,
    () => false,
  )
}

function findingOf({ isOfThisLog, damage, lag, messages }: ProjectionsInspection, patient: Patient): Finding {
  const { inLog, listed, indexed } = messages
  if (damage.length > 0) return wrong(patient, `${patient.paths.projections} is damaged: ${damage[0]}`)
  if (!isOfThisLog) return wrong(patient, 'it was folded from another log')
  if (listed !== indexed) return wrong(patient, `its index has ${indexed} messages, and its list ${listed}`)
  if (lag > 0) return ok(`${lag} entries of the log are still to be folded`)
  if (lag < 0) return ok('it follows a log that grows as it is looked at')
  if (inLog !== listed) return wrong(patient, `it has ${listed} messages, and the log ${inLog}`)
  return ok(`it has the ${counted(listed, 'message')} of the log`)
}

/** Everything in this file is computed from the log: it is removed, and the next start folds it anew. */
function wrong({ paths, holder }: Patient, found: string): Finding {
  const finding: Finding = { verdict: 'failed', found, advice: ADVICE }
  return holder === 'free' ? { ...finding, mend: () => removeProjections(paths) } : finding
}

const ADVICE =
  'Stop the node and run "egregore doctor --fix": it removes the index, and the next start folds it anew from the log.'

function removeProjections({ data, projections }: Paths): string {
  const lock = lockDirectory(data)
  try {
    for (const file of [projections, `${projections}-wal`, `${projections}-shm`]) rmSync(file, { force: true })
    return 'the index is removed; the next start folds it anew'
  } finally {
    lock.release()
  }
}
