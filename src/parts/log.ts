// The log and what is folded from it.

import { pathsOf } from '../config/index.ts'
import { Log, WorkerVerifying } from '../log/index.ts'
import { openProjections, WorkerFolding } from '../projections/index.ts'
import { DiskSpace, LatestSequence, SqlitePublishedKeyStore, SqliteSelectionStore } from '../store/index.ts'
import { startFoldingThread, startVerifyingThread } from './threads.ts'
import type { Config } from '../config/index.ts'
import type { Author } from '../feed/index.ts'
import type { FeedPlace } from '../log/index.ts'
import type { Projections } from '../projections/index.ts'
import type { EgregoreComponents } from './components.ts'
import type { Started } from './started.ts'
import type { Storage } from './storage.ts'

export function openLog(
  config: Config,
  { logger }: EgregoreComponents,
  { identity, database, store, checkpointer, soundness }: Storage,
  started: Started,
): Log {
  const verifying = new WorkerVerifying({ startWorker: startVerifyingThread, clock: Date.now, logger })
  started.add(() => verifying.close())
  const paths = pathsOf(config.dataDir)
  const room = new DiskSpace(paths.data, logger)
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
    soundness,
    onFork: (place) => tellOfFork(place, identity.author, logger),
  })
  started.add(() => log.close())
  tellOfDamage(log, logger)
  keepLatest(new LatestSequence(paths.identity, identity.author), log, { store, logger }, started)
  return log
}

/** Who runs either copy of an identity must hear of it, and who follows the author may wonder why he fell silent. */
function tellOfFork({ author, sequence }: FeedPlace, own: Author, logger: EgregoreComponents['logger']): void {
  if (author === own) logger.error({ sequence }, OWN_FORK)
  else
    logger.warn(
      { author, sequence },
      'a feed is forked: its identity runs in two places, and nothing of it counts from there on',
    )
}

const OWN_FORK =
  'our own feed is forked: this identity runs in another place too, and can never publish again. Stop one of them; a new data directory is a new identity'

function tellOfDamage(log: Log, logger: EgregoreComponents['logger']): void {
  log.mending.listen({
    noted: (places) => {
      for (const place of places.slice(0, PLACES_LOGGED_MAX)) logger.error(place, NOT_AS_SIGNED)
      logger.error({ damaged: log.mending.count }, 'messages are damaged: look at the disk')
    },
    mended: ({ author, sequence }) => logger.warn({ author, sequence }, 'a damaged message is as it was signed again'),
  })
}

/** The rest is in the number. */
const PLACES_LOGGED_MAX = 10

const NOT_AS_SIGNED = 'a message is not what was signed, so the disk has changed it: peers are asked for it again'

/** A log that ends before what we are known to have said lost the end of our feed: it is fetched back before anything is added. */
function keepLatest(
  latest: LatestSequence,
  log: Log,
  { store, logger }: Pick<Storage, 'store'> & Pick<EgregoreComponents, 'logger'>,
  started: Started,
): void {
  const own = () => store.feed(log.author)
  const isForked = own()?.forkedAt !== undefined
  const head = own()?.head ?? 0
  if (head < latest.sequence && !isForked && !log.ownFeed.isRolledBack()) {
    logger.warn({ head, known: latest.sequence }, 'the end of our own feed is lost: publishing waits until it is back')
    log.ownFeed.hold()
  }
  latest.follow(() => (log.ownFeed.isRolledBack() ? undefined : own()?.head))
  started.add(() => latest.close())
}

/** Resolves when the lists can be asked. */
export async function startProjections(
  config: Config,
  { logger }: EgregoreComponents,
  { log, reader, soundness }: Pick<Storage, 'reader' | 'soundness'> & { log: Log },
  started: Started,
): Promise<Projections> {
  const folding = new WorkerFolding({ log, watch: soundness, startWorker: () => startFoldingThread(config), logger })
  const projections = openProjections({ log, reader, folding, clock: Date.now })
  started.add(() => projections.stop())
  await projections.start()
  return projections
}
