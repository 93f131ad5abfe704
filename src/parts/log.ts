// The log and what is folded from it.

import { pathsOf } from '../config/index.ts'
import { Log, WorkerVerifying } from '../log/index.ts'
import { openProjections, WorkerFolding } from '../projections/index.ts'
import { DiskSpace, SqlitePublishedKeyStore, SqliteSelectionStore } from '../store/index.ts'
import { startFoldingThread, startVerifyingThread } from './threads.ts'
import type { Config } from '../config/index.ts'
import type { Projections } from '../projections/index.ts'
import type { EgregoreComponents } from './components.ts'
import type { Started } from './started.ts'
import type { Storage } from './storage.ts'

export function openLog(
  config: Config,
  { logger }: EgregoreComponents,
  { identity, database, store, checkpointer }: Storage,
  started: Started,
): Log {
  const verifying = new WorkerVerifying({ startWorker: startVerifyingThread, clock: Date.now, logger })
  started.add(() => verifying.close())
  const room = new DiskSpace(pathsOf(config.dataDir).data, logger)
  started.add(() => room.close())
  const log = new Log({
    store,
    selectionStore: new SqliteSelectionStore(database),
    publishedKeyStore: new SqlitePublishedKeyStore(database),
    identity,
    clock: Date.now,
    verifying,
    room,
    pace: checkpointer,
  })
  started.add(() => log.close())
  return log
}

/** Resolves when the lists can be asked. */
export async function startProjections(
  config: Config,
  { logger }: EgregoreComponents,
  { log, reader }: Pick<Storage, 'reader'> & { log: Log },
  started: Started,
): Promise<Projections> {
  const folding = new WorkerFolding({ log, startWorker: () => startFoldingThread(config), logger })
  const projections = openProjections({ log, reader, folding, clock: Date.now })
  started.add(() => projections.stop())
  await projections.start()
  return projections
}
