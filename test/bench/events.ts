// Sixty-four programs listen to one node: how many events it tells them of in a second, as they come and from the beginning.

import { request } from 'node:http'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { HttpClient } from './support/http-client.ts'
import { inLanes } from './support/lanes.ts'
import { startNode } from './support/node-process.ts'
import { insight } from './support/sealed-feeds.ts'
import { measure } from './support/stopwatch.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { NodeProcess } from './support/node-process.ts'

const LISTENERS = 64
const MESSAGES = 3_000
const PUBLISHERS = 8

/** Issue 4 of the design, "Speed": in all. */
const RATE_MIN = 20_000

/** The listeners share one process and one core with each other; the publishers too. */
export async function events(run: BenchRun): Promise<Finding[]> {
  const node = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--offline'] })
  const random = seededRandom(1)
  const bodies = Array.from({ length: run.sized(MESSAGES) }, () => JSON.stringify(insight(random)))
  const { store } = await node.http.get<{ store: string }>('/v1/status')
  const publishers = new HttpClient(node.api, PUBLISHERS)
  run.defer(() => publishers.close())
  const inAll = bodies.length * LISTENERS

  const live = await listenAll(run, node, `${store}-0`, bodies.length)
  const told = await measure(inAll, async () => {
    await inLanes(PUBLISHERS, bodies, (body) => publishers.post('/v1/publish', body))
    await live.ended
  })
  const replayed = await measure(inAll, async () => {
    await (await listenAll(run, node, `${store}-0`, bodies.length)).ended
  })
  const goal = { kind: 'at least', value: RATE_MIN } as const
  return [
    { what: 'events told to 64 clients in all, as they are published', figure: told.rate, goal },
    { what: 'events told to 64 clients in all, from the beginning', figure: replayed.rate, goal },
  ]
}

/** Resolves when all are told where they begin; `ended` when each has had the event at `offset`. */
async function listenAll(
  run: BenchRun,
  node: NodeProcess,
  after: string,
  offset: number,
): Promise<{ ended: Promise<unknown> }> {
  const listeners = Array.from({ length: LISTENERS }, () => listen(run, node, after, offset))
  await Promise.all(listeners.map(({ opened }) => opened))
  return { ended: Promise.all(listeners.map(({ ended }) => ended)) }
}

/** Looks for ids alone: a parser would take more of the core than the node does. */
function listen(
  run: BenchRun,
  node: NodeProcess,
  after: string,
  offset: number,
): Record<'opened' | 'ended', Promise<void>> {
  const opened = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const last = `id: ${after.split('-')[0]}-${offset}\n`
  const asked = request(`${node.api}/v1/events?last_event_id=${after}`, { agent: false }, (response) => {
    let rest = ''
    response.setEncoding('latin1').on('data', (text: string) => {
      opened.resolve()
      const seen = rest + text
      rest = seen.slice(-last.length)
      if (!seen.includes(last)) return
      ended.resolve()
      asked.destroy()
    })
  })
  asked.on('error', () => {})
  asked.end()
  run.defer(() => asked.destroy())
  return { opened: opened.promise, ended: ended.promise }
}
