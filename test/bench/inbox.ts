// The inbox of a node to which everybody says something, and what is asked: what its questions take among 100,000 messages.

import { seededRandom } from '../../scripts/seeded-random.ts'
import { formatTimestamp, sealMessage } from '../../src/feed/index.ts'
import { sentence } from './support/language.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { unsignedFeeds } from './support/sealed-feeds.ts'
import { slicesOf } from './support/slices.ts'
import { timeOf } from './support/stopwatch.ts'
import { fillLog } from './support/stored-log.ts'
import type { SealedMessage } from '../../src/feed/index.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { NodeProcess } from './support/node-process.ts'

const MESSAGES = 100_000
const P99_MS_MAX = 50

const AUTHORS = 12
const APART_MS = 10_000
const ROUNDS = 100

/** What is asked, from what everybody asks to what has to look at everything. */
const QUESTIONS: Readonly<Record<string, string>> = {
  newest: 'limit=50',
  unread: 'unread=true&limit=50',
  critical: 'severity=critical&limit=50',
  'page 100': 'limit=50&offset=4950',
  'a category that nothing has': 'category=none&limit=50',
}

/** A tenth of the messages are queries, each of which is answered and none of which expires. */
const STATES = ['open', 'expired'] as const

export async function inbox(run: BenchRun): Promise<Finding[]> {
  const count = run.sized(MESSAGES)
  const directory = run.temporaryDirectory()
  const hashes: string[] = []
  await run.following('making messages', count, (reached) => fillLog(directory, messages(count, hashes), reached))
  const node = await startNode(run, { dataDir: directory, flags: ['--offline'] })
  await run.following('folding them', count, (reached) => node.settled(count, reached))
  const findings: Finding[] = []
  for (const [name, query] of Object.entries(QUESTIONS))
    findings.push(await asked(node, `inbox of ${count}: ${name}`, `/v1/inbox?${query}`))
  for (const state of STATES)
    findings.push(await asked(node, `queries among ${count}: ${state}`, `/v1/queries?state=${state}&limit=50`))
  await readAll(node, hashes)
  findings.push(await asked(node, `inbox of ${count}, all of it read: unread`, '/v1/inbox?unread=true&limit=50'))
  await node.stop()
  return findings
}

async function asked(node: NodeProcess, of: string, path: string): Promise<Finding> {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const time = await timeOf(() => node.http.get(path))
    if (round > 0) times.push(time)
  }
  const figure = { value: percentile(times, 0.99), unit: 'ms' } as const
  return { what: `${of}, p99`, figure, goal: { kind: 'at most', value: P99_MS_MAX } }
}

async function readAll({ http }: NodeProcess, hashes: readonly string[]): Promise<void> {
  for (const slice of slicesOf(hashes, MARKED_AT_ONCE))
    await http.post('/v1/inbox/read', JSON.stringify({ hashes: slice }))
}

/** As many as the node takes. */
const MARKED_AT_ONCE = 1_000

/** To everybody; every hundredth is critical, every tenth a question, and the one after it its answer. */
function* messages(count: number, hashes: string[]): Generator<SealedMessage> {
  const random = seededRandom(1)
  const feeds = unsignedFeeds(AUTHORS, random)
  for (let index = 0; index < count; index++) {
    const feed = feeds[index % AUTHORS]
    if (feed === undefined) throw new RangeError('There must be authors.')
    const words = sentence(200, random)
    const severity = index % 100 === 0 ? 'critical' : 'info'
    const content =
      index % 10 === 5
        ? { type: 'query', question: words }
        : index % 10 === 6
          ? { type: 'response', query_hash: hashes.at(-1), answer: words }
          : { type: 'message', text: words, severity }
    const at = formatTimestamp(Date.UTC(2025, 11, 1) + index * APART_MS)
    const message = sealMessage({ content }, feed.head, at, feed.identity)
    feed.head = message
    hashes.push(message.hash)
    yield message
  }
}
