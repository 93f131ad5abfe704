// A log that projections have to read again, as after an update that changed them: how far they are, on a terminal, until they are through.

import { advanceText, bar } from './progress.ts'
import type { Logger } from '../logger.ts'
import type { ProjectionState, Projections } from '../projections/index.ts'
import type { Progress } from './progress.ts'

/** Fewer entries are read before anybody wonders. */
export const REPLAYED_MIN = 10_000

/** What a replay is shown with. */
export interface ReplayComponents {
  projections: Pick<Projections, 'states' | 'moved'>
  progress: Progress
  logger: Logger
  /** Ends it before the log is read. */
  signal: AbortSignal
}

/** Resolves when all that run have read the whole log; at once when they nearly have. Never rejects. */
export async function showReplay({ projections, progress, logger, signal }: ReplayComponents): Promise<void> {
  const begun = slowestOf(projections.states())
  if (begun === undefined || begun.lag < REPLAYED_MIN) return
  logger.info(
    { projection: begun.name, entries: begun.lag },
    'the log is read again; answers lack what is not read yet',
  )
  let at: ProjectionState | undefined = begun
  while (at !== undefined && at.lag > 0 && !signal.aborted) {
    const reading = at
    progress.show(() => [lineOf(reading, progress.rateOf(reading.offset - begun.offset))])
    await projections.moved(signal)
    at = slowestOf(projections.states())
  }
  progress.end()
  if (at?.lag === 0) logger.info({ entries: at.offset - begun.offset }, 'the log is read')
}

/** One that has stopped reads no further. */
function slowestOf(states: readonly ProjectionState[]): ProjectionState | undefined {
  const running = states.filter(({ error }) => error === undefined)
  return running.toSorted((one, other) => other.lag - one.lag)[0]
}

function lineOf({ offset, lag }: ProjectionState, rate: number): string {
  const total = offset + lag
  return `${bar(offset, total)} replay: ${advanceText({ done: offset, total, rate })}`
}
