// From the moment a program hands a message to its node until another node has it, verified and on disk.

import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
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
import type { NodeProcess } from './support/node-process.ts'

const MESSAGES = 1_000

/** The first messages meet cold code and a stream that still catches up; they are not counted. */
const WARM_UP = 50

/** goals.md, "publish → visible". */
const P50_MS_MAX = 5
const P99_MS_MAX = 25

/** Issue 3 of the design: over one node in between, at most twice the time without. */
const TWO_HOPS_SHARE = 2

/** Time between two messages: an agent that is quick, and below what gossip takes of one author. */
const PAUSE_MS = 20

/** One message at a time, to a node and to another behind it; then as fast as they arrive. */
export async function live(run: BenchRun): Promise<Finding[]> {
  const line = await startLine(run)
  const quiet = await publishOneByOne(run, line, PAUSE_MS)
  const fast = await publishOneByOne(run, line, 0)
  const bare = await bareTimes(run)
  const finding = (name: string, share: number, value: number): Finding => ({
    what: `publish to visible elsewhere, ${name}`,
    figure: { value: percentile(quiet.near, share), unit: 'ms' },
    limit: { value: percentile(bare, share), unit: 'ms', of: 'sign, insert, verify, insert in one process' },
    goal: { kind: 'at most', value },
  })
  const twoHops = (name: string, share: number): Finding => ({
    what: `the same over one node in between, ${name}`,
    figure: { value: percentile(quiet.far, share), unit: 'ms' },
    limit: { value: percentile(quiet.near, share), unit: 'ms', of: 'without it' },
  })
  const withoutPause = (name: string, share: number, value: number): Finding => ({
    what: `publish to visible elsewhere, the next at once, ${name}`,
    figure: { value: percentile(fast.near, share), unit: 'ms' },
    goal: { kind: 'at most', value },
    note: 'beyond the rate of gossip: what it does not carry is told by heads and fetched',
  })
  return [
    finding('p50', 0.5, P50_MS_MAX),
    finding('p99', 0.99, P99_MS_MAX),
    twoHops('p50', 0.5),
    { ...twoHops('p99', 0.99), goal: { kind: 'at most', value: TWO_HOPS_SHARE * percentile(quiet.near, 0.99) } },
    withoutPause('p50', 0.5, P50_MS_MAX),
    withoutPause('p99', 0.99, P99_MS_MAX),
  ]
}

/** A node with an API, one that knows it, and one that knows only that one. */
interface Line {
  node: NodeProcess
  near: Arrivals
  far: Arrivals
}

async function startLine(run: BenchRun): Promise<Line> {
  const node = await startNode(run, { dataDir: run.temporaryDirectory() })
  const [near, far] = [new Arrivals(), new Arrivals()]
  const middle = await startTail(run, node.address, ({ hash, atMs }) => near.arrived(hash, atMs))
  await startTail(run, middle, ({ hash, atMs }) => far.arrived(hash, atMs))
  return { node, near, far }
}

/** How long each message took to either node. */
async function publishOneByOne(
  run: BenchRun,
  { node, near, far }: Line,
  pauseMs: number,
): Promise<Record<'near' | 'far', number[]>> {
  const random = seededRandom(1)
  const times = { near: [] as number[], far: [] as number[] }
  const messages = run.sized(MESSAGES) + WARM_UP
  await run.following('publishing one by one', messages, async (reached) => {
    for (let count = 0; count < messages; count++) {
      const publishedAt = sharedClockMs()
      const { hash } = await node.http.post<{ hash: string }>('/v1/publish', JSON.stringify(insight(random)))
      const [nearAt, farAt] = await Promise.all([near.of(hash), far.of(hash)])
      if (count >= WARM_UP) {
        times.near.push(nearAt - publishedAt)
        times.far.push(farAt - publishedAt)
      }
      reached(count)
      await wait(pauseMs)
    }
  })
  return times
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
