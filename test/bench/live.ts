// From the moment a program hands a message to its node until another node has it, verified and on disk.

import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { seededRandom } from './support/random.ts'
import { insight } from './support/sealed-feeds.ts'
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
  const ms = (share: number) => ({ value: percentile(times, share), unit: 'ms' }) as const
  const answered = 'from the HTTP request, so two durable transactions are within'
  return [
    {
      what: 'publish to visible elsewhere, p50',
      figure: ms(0.5),
      goal: { kind: 'at most', value: P50_MS_MAX },
      note: answered,
    },
    { what: 'publish to visible elsewhere, p99', figure: ms(0.99), goal: { kind: 'at most', value: P99_MS_MAX } },
  ]
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
