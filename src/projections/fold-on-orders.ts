// The other side of worker-folding.ts: runs the projections in this thread, as the main thread orders.

import { LogReader } from '../log/index.ts'
import { projectionsOn } from './projections.ts'
import { ProjectionRunner } from './runner.ts'
import type { MessagePort } from 'node:worker_threads'
import type { DamagedEntry, EntrySource, FeedPlace } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { FoldOrder, FoldReport } from './fold-messages.ts'
import type { CursorStore, ProjectionDatabase } from './projection.ts'

/** What the thread opened for itself. */
export interface FoldingThread {
  /** To the main thread. */
  port: MessagePort
  /** The log, on a connection that only reads. */
  entries: EntrySource
  database: ProjectionDatabase
  cursors: CursorStore
}

/**
 * Folds until it is told to stop.
 *
 * @throws StoreError when the database refuses at the start
 */
export async function foldOnOrders({ port, entries, database, cursors }: FoldingThread): Promise<void> {
  const log = new LogReader(tellingOfDamage(entries, port))
  const projections = projectionsOn(database)
  const tellStates = (): void => tell(port, { type: 'moved', states: runner.states(), settled: runner.settledOffset })
  const runner = new ProjectionRunner({ log, cursors, projections, logger: loggerOver(port), moved: tellStates })
  const told = Promise.withResolvers<void>()
  const foldAgain = (offset: number): void => {
    const [entry] = entries.readableAfter(offset - 1, 1, 1)
    if (entry?.kind === 'message' && entry.offset === offset) runner.foldAgain(entry)
  }
  let awaiting = new AbortController()
  port.on('message', (order: FoldOrder) => {
    if (order.type === 'stop') return told.resolve()
    if (order.type === 'fold again') return foldAgain(order.offset)
    log.ring()
    // Whoever waits is told by what has moved; here it only keeps new entries from gathering, until another order says otherwise.
    awaiting.abort()
    awaiting = new AbortController()
    void runner.settled(order.awaited, awaiting.signal)
  })
  runner.start()
  // What became whole while nobody folded, or was not folded before the node died.
  for (const offset of runner.passedOver()) foldAgain(offset)
  tellStates()
  tell(port, { type: 'started' })
  await told.promise
  await runner.stop()
  port.unref()
}

/** The main thread writes the log: it is told of messages that are met damaged, and has them fetched again. */
function tellingOfDamage(entries: EntrySource, port: MessagePort): EntrySource {
  return {
    entriesAfter: (...query) => entries.entriesAfter(...query),
    readableAfter: (...query) => {
      const read = entries.readableAfter(...query)
      for (const entry of read) if (entry.kind === 'damaged') tell(port, { type: 'damaged', place: placeOf(entry) })
      return read
    },
  }
}

function placeOf({ author, sequence }: DamagedEntry): FeedPlace {
  return { author, sequence }
}

function tell(port: MessagePort, report: FoldReport): void {
  port.postMessage(report)
}

/** Lines of the log are written by the main thread, which knows where they go. */
function loggerOver(port: MessagePort): Logger {
  const line = (level: 'debug' | 'info' | 'warn' | 'error') => (facts: object, message: string) =>
    tell(port, { type: 'said', level, facts, message })
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
