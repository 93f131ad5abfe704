// From the moment a program hands a message to its node until a program beside another node has it as an event.

import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { EgregoreClient } from '../../src/client/index.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { insight } from './support/sealed-feeds.ts'
import { sharedClockMs } from './support/tail-process.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const MESSAGES = 300

/** The first messages meet cold code and a stream that still catches up; they are not counted. */
const WARM_UP = 50

/** As in live.ts. */
const PAUSE_MS = 20

/** goals.md, "publish → visible in the other node's SSE stream". */
const P50_MS_MAX = 5
const P99_MS_MAX = 25

export async function eventLatency(run: BenchRun): Promise<Finding[]> {
  const node = await startNode(run, { dataDir: run.temporaryDirectory() })
  const other = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--peer', node.address] })
  const ending = new AbortController()
  run.defer(() => ending.abort())
  const events = new EgregoreClient({ url: other.api }).events({ signal: ending.signal })
  const stream = events[Symbol.asyncIterator]()
  let coming = stream.next()
  await events.opened
  const random = seededRandom(1)
  const times: number[] = []
  const messages = run.sized(MESSAGES) + WARM_UP
  await run.following('publishing to an event stream', messages, async (reached) => {
    for (let count = 0; count < messages; count++) {
      const publishedAt = sharedClockMs()
      await node.http.post('/v1/publish', JSON.stringify(insight(random)))
      await coming
      coming = stream.next()
      if (count >= WARM_UP) times.push(sharedClockMs() - publishedAt)
      reached(count)
      await wait(PAUSE_MS)
    }
  })
  const finding = (name: string, share: number, value: number): Finding => ({
    what: `publish to an event of the other node, ${name}`,
    figure: { value: percentile(times, share), unit: 'ms' },
    goal: { kind: 'at most', value },
  })
  return [finding('p50', 0.5, P50_MS_MAX), finding('p99', 0.99, P99_MS_MAX)]
}
