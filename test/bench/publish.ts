// Eight programs on one machine publish as fast as their node answers; every answer means: on disk.

import { join } from 'node:path'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { BareDatabase } from './support/bare-database.ts'
import { bareMessages } from './support/bare-message.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
import { HttpClient } from './support/http-client.ts'
import { inLanes } from './support/lanes.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { insight } from './support/sealed-feeds.ts'
import { measure, timeOf } from './support/stopwatch.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding, Limit } from './support/finding.ts'

const MESSAGES = 10_000
const CLIENTS = 8
const SINGLE_ROWS = 5_000

/** goals.md, "publish over HTTP, durable". */
const RATE_MIN = 2_000
const P99_MS_MAX = 20

/** Rate, and how long one publish takes. */
export async function publish(run: BenchRun): Promise<Finding[]> {
  const limit = await singleRowLimit(run)
  const random = seededRandom(1)
  const bodies = Array.from({ length: run.sized(MESSAGES) }, () => JSON.stringify(insight(random)))
  const node = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--offline'] })
  const clients = new HttpClient(node.api, CLIENTS)
  run.defer(() => clients.close())
  const times: number[] = []
  const { rate } = await measure(bodies.length, () =>
    inLanes(CLIENTS, bodies, async (body) => {
      times.push(await timeOf(() => clients.post('/v1/publish', body)))
    }),
  )
  const ms = (share: number) => ({ value: percentile(times, share), unit: 'ms' }) as const
  return [
    { what: 'publish over HTTP, 8 clients', figure: rate, limit, goal: { kind: 'at least', value: RATE_MIN } },
    { what: 'publish over HTTP, 8 clients, p50', figure: ms(0.5) },
    { what: 'publish over HTTP, 8 clients, p99', figure: ms(0.99), goal: { kind: 'at most', value: P99_MS_MAX } },
  ]
}

async function singleRowLimit(run: BenchRun): Promise<Limit> {
  const stored = await messagesOf(await signedFeeds(run, 100))
  const messages = bareMessages(stored.slice(0, run.sized(SINGLE_ROWS)))
  const database = new BareDatabase(join(run.temporaryDirectory(), 'bare.db'))
  const { rate } = await measure(messages.length, () => {
    for (const message of messages) database.insert([message])
  })
  database.close()
  return { ...rate, of: 'insert alone, one a transaction' }
}
