// From the moment a program hands a message to its node until another node has it, verified and on disk.

import { join } from 'node:path'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { createIdentity } from '../../src/feed/index.ts'
import { BareDatabase } from './support/bare-database.ts'
import { bareMessages, verifyBare } from './support/bare-message.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { insight } from './support/sealed-feeds.ts'
import { timeOf } from './support/stopwatch.ts'
import { sharedClockMs, startTail } from './support/tail-process.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const MESSAGES = 1_000

/** The first messages meet cold code and a stream that still catches up; they are not counted. */
const WARM_UP = 50

/** goals.md, "publish → visible". */
const P50_MS_MAX = 5
const P99_MS_MAX = 25

/** One message at a time. */
export async function live(run: BenchRun): Promise<Finding[]> {
  const node = await startNode(run, { dataDir: run.temporaryDirectory() })
  const arrivals = new Arrivals()
  startTail(run, node.address, ({ hash, atMs }) => arrivals.arrived(hash, atMs))
  const random = seededRandom(1)
  const times: number[] = []
  await run.following('publishing one by one', run.sized(MESSAGES) + WARM_UP, async (reached) => {
    for (let count = 0; count < run.sized(MESSAGES) + WARM_UP; count++) {
      const publishedAt = sharedClockMs()
      const { hash } = await node.http.post<{ hash: string }>('/v1/publish', JSON.stringify(insight(random)))
      const arrivedAt = await arrivals.of(hash)
      if (count >= WARM_UP) times.push(arrivedAt - publishedAt)
      reached(count)
    }
  })
  const bare = await bareTimes(run)
  const finding = (name: string, share: number, value: number): Finding => ({
    what: `publish to visible elsewhere, ${name}`,
    figure: { value: percentile(times, share), unit: 'ms' },
    limit: { value: percentile(bare, share), unit: 'ms', of: 'sign, insert, verify, insert in one process' },
    goal: { kind: 'at most', value },
  })
  return [finding('p50', 0.5, P50_MS_MAX), finding('p99', 0.99, P99_MS_MAX)]
}

/** What cannot be saved: a signature, its check, and a durable insert on each side. */
async function bareTimes(run: BenchRun): Promise<number[]> {
  const identity = createIdentity(new Uint8Array(32).fill(1))
  const directory = run.temporaryDirectory()
  const here = new BareDatabase(join(directory, 'here.db'))
  const there = new BareDatabase(join(directory, 'there.db'))
  const stored = await messagesOf(await signedFeeds(run, 100))
  const times: number[] = []
  for (const message of bareMessages(stored.slice(0, run.sized(MESSAGES)))) {
    const passOn = async (): Promise<void> => {
      identity.sign(message.hash)
      here.insert([message])
      await verifyBare(message)
      there.insert([message])
    }
    times.push(await timeOf(passOn))
  }
  here.close()
  there.close()
  return times
}

/** Which messages have arrived, and who waits for them. */
class Arrivals {
  readonly #arrivedAt = new Map<string, number>()
  readonly #waiting = new Map<string, (atMs: number) => void>()

  arrived(hash: string, atMs: number): void {
    this.#arrivedAt.set(hash, atMs)
    this.#waiting.get(hash)?.(atMs)
  }

  of(hash: string): Promise<number> {
    return new Promise((resolve) => {
      const arrivedAt = this.#arrivedAt.get(hash)
      if (arrivedAt === undefined) this.#waiting.set(hash, resolve)
      else resolve(arrivedAt)
    })
  }
}
