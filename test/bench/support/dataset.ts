// Data directories that take long to make: made once, kept under the temporary directory of the system, and copied for each use.

import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNode } from './node-process.ts'
import { sealedFeeds } from './sealed-feeds.ts'
import { DATABASE_FILE, fillLog, PROJECTIONS_FILE, readLog } from './stored-log.ts'
import type { MessageEntry } from '../../../src/log/index.ts'
import type { BenchRun } from './bench-run.ts'
import type { FeedsRequest } from './sealed-feeds.ts'

/** Raised when the same request makes other messages. */
const FEEDS_VERSION = 1

/** Where they are. */
export const DATASETS = join(tmpdir(), 'egregore-bench')
const MIGRATIONS = new URL('../../../src/store/migrations/', import.meta.url)

/** What a node holds that has these feeds and has folded them all. Nobody starts on it: {@link copyOf} it. */
export interface Dataset {
  directory: string
  messages: number
}

/**
 * Finds or makes a dataset.
 *
 * @param onto - a dataset that it holds besides
 */
export async function datasetOf(run: BenchRun, request: FeedsRequest, onto?: Dataset): Promise<Dataset> {
  const directory = join(DATASETS, await nameOf(request, onto))
  const messages = request.messages + (onto?.messages ?? 0)
  if (existsSync(directory)) return { directory, messages }
  const draft = `${directory}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  if (onto !== undefined) await copyDatabase(onto.directory, draft)
  await run.following('making messages, which later runs find made', request.messages, (reached) =>
    fillLog(draft, sealedFeeds(request), reached),
  )
  await fold(run, { directory: draft, messages })
  await rename(draft, directory)
  return { directory, messages }
}

/** A copy that a node may start on and write, gone when the bench ends. */
export async function copyOf(run: BenchRun, { directory }: Dataset): Promise<string> {
  const copy = run.temporaryDirectory()
  await copyDatabase(directory, copy)
  return copy
}

/** The messages of a dataset, in arrival order. */
export function messagesOf({ directory }: Dataset): Promise<MessageEntry[]> {
  return readLog(directory)
}

/** Lets a node fold what was written, so that no bench begins with that. */
async function fold(run: BenchRun, { directory, messages }: Dataset): Promise<void> {
  const node = await startNode(run, { dataDir: directory, flags: ['--offline'] })
  await run.following('folding them', messages, (reached) => node.settled(messages, reached))
  await node.stop()
}

/** Leaves the key behind: each copy becomes a node of its own at its first start. */
async function copyDatabase(from: string, to: string): Promise<void> {
  for (const name of [DATABASE_FILE, PROJECTIONS_FILE]) {
    await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE)
  }
}

/** Names a dataset by all that decides its content: the request, and the tables of the log. */
async function nameOf(request: FeedsRequest, onto: Dataset | undefined): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify([FEEDS_VERSION, request, onto?.directory]))
  const names = await readdir(MIGRATIONS)
  for (const name of names.sort()) digest.update(await readFile(new URL(name, MIGRATIONS)))
  return `${request.messages}-by-${request.authors}-${digest.digest('hex').slice(0, 8)}`
}
