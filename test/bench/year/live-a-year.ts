// One node process lives through a year: each day it imports what others said, publishes a little and is asked a little, and every third it sweeps.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { seededRandom } from '../../../scripts/seeded-random.ts'
import { HttpClient } from '../support/http-client.ts'
import { inLanes } from '../support/lanes.ts'
import { startNode } from '../support/node-process.ts'
import { slicesOf } from '../support/slices.ts'
import { DATABASE_FILE, PROJECTIONS_FILE } from '../support/stored-log.ts'
import { Traffic } from './traffic.ts'
import type { BenchRun } from '../support/bench-run.ts'
import type { NodeProcess } from '../support/node-process.ts'

export const DAYS = 365
const DAY_MS = 24 * 60 * 60 * 1000

/** 2026-01-01T00:00:00Z. */
const FIRST_DAY = Date.UTC(2026, 0, 1)

/** Of the day's messages, those that this node says itself. */
const OWN_SHARE = 0.02
const IMPORTED_AT_ONCE = 500
const CLIENTS = 8

/** A node sweeps every hour by itself; in a year that lasts some minutes that would be most of it. */
const DAYS_BETWEEN_SWEEPS = 3

/** What is kept: thirty days, of chats the newest, of each room its latest state, and of all a bound in bytes. */
export const POLICIES: readonly object[] = [
  { scope: 'global', max_age_secs: 30 * 24 * 60 * 60, include_self: true },
  { scope: { topic: 'chat' }, max_count: 10_000, include_self: true },
  { scope: { content_type: 'state' }, compact_key: '$.room', include_self: true },
  { scope: 'global', max_bytes: 24 * 1024 * 1024, include_self: true },
]

/** How the node stood in the evening of a day. */
export interface Evening {
  day: number
  /** Taken since the beginning. */
  taken: number
  held: number
  forgotten: number
  logBytes: number
  projectionsBytes: number
  /** Of both. */
  walBytes: number
  rssBytes: number
  /** The longest that the main thread worked in one go that day. */
  stepMaxMs: number
}

/** All evenings of a year in which so many messages come. */
export async function* liveAYear(run: BenchRun, messages: number, seed: number): AsyncGenerator<Evening> {
  const traffic = new Traffic(seededRandom(seed))
  const imports = [new URL('./calendar-clock.ts', import.meta.url).href]
  const node = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--offline'], imports })
  await node.vitals({ now: FIRST_DAY })
  for (const policy of POLICIES) await node.http.post('/v1/retention/policies', JSON.stringify(policy))
  const clients = new HttpClient(node.api, CLIENTS)
  run.defer(() => clients.close())
  let taken = 0
  for (let day = 1; day <= DAYS; day++) {
    const count = Math.round((messages * day) / DAYS) - taken
    await liveADay(node, clients, traffic, FIRST_DAY + (day - 1) * DAY_MS, count)
    if (day % DAYS_BETWEEN_SWEEPS === 0) await sweep(node)
    taken += count
    yield { day, taken, ...(await evening(node)) }
  }
  await node.stop()
}

/** The clock stands at the end of the day, when everything was said. */
async function liveADay(
  node: NodeProcess,
  clients: HttpClient,
  traffic: Traffic,
  begin: number,
  count: number,
): Promise<void> {
  await node.vitals({ now: begin + DAY_MS })
  const own = Math.round(count * OWN_SHARE)
  for (const lines of slicesOf(traffic.day(begin, count - own), IMPORTED_AT_ONCE)) await importAll(node, lines)
  const drafts = Array.from({ length: own }, () => traffic.draft(begin + DAY_MS))
  await inLanes(CLIENTS, drafts, async ({ content, tags, expiresAt }) => {
    await clients.post('/v1/publish', JSON.stringify({ content, tags, expires_at: expiresAt }))
  })
  for (const path of ['/v1/insights/search?q=the+state', '/v1/feed?limit=50', '/v1/status']) await node.http.get(path)
}

async function importAll(node: NodeProcess, messages: readonly string[]): Promise<void> {
  // Sealing held this process: a connection that was closed meanwhile is seen to be so.
  await nextTurn()
  const { outcomes } = await node.http.post<{ outcomes: { appended?: number } }>(
    '/v1/import',
    JSON.stringify({ messages }),
  )
  if (outcomes.appended !== messages.length) throw new Error(`Not all were taken: ${JSON.stringify(outcomes)}`)
}

async function sweep({ http }: NodeProcess): Promise<void> {
  for (;;) {
    const { running } = await http.post<{ running: boolean }>('/v1/retention/sweep', '{}')
    if (!running) return
  }
}

async function evening(node: NodeProcess): Promise<Omit<Evening, 'day' | 'taken'>> {
  await node.settled(0)
  const { message_count: held, retention } = await node.status()
  const { rssBytes, stepMaxMs } = await node.vitals()
  const bytes = (name: string) => statSync(join(node.dataDir, name), { throwIfNoEntry: false })?.size ?? 0
  return {
    held,
    forgotten: retention.forgotten_count,
    logBytes: bytes(DATABASE_FILE),
    projectionsBytes: bytes(PROJECTIONS_FILE),
    walBytes: bytes(`${DATABASE_FILE}-wal`) + bytes(`${PROJECTIONS_FILE}-wal`),
    rssBytes,
    stepMaxMs,
  }
}
