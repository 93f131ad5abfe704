// How long a person waits for the API while members and strangers do their worst to the node.

import { setTimeout as wait } from 'node:timers/promises'
import { askDuring, latencyFindings } from './support/asking.ts'
import { attack } from './support/attackers.ts'
import { startNode } from './support/node-process.ts'
import type { Side } from './support/attackers.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const IDLE_MS = 2_000
const SIEGE_MS = 10_000

/** What may be asked for. */
const MESSAGES = 50
const BODY = 'x'.repeat(50_000)

/** goals.md, "memory under a hostile peer"; that growth is held by test/e2e/siege.test.ts. */
const P99_MS_MAX = 250
/** goals.md: no synchronous step on the main thread over 20 ms. */
const STEP_MS_MAX = 20

const SIEGES: ReadonlyMap<Side, string> = new Map([
  ['flood', 'floods by members'],
  ['lie', 'lies of members'],
  ['connect', 'connections of strangers'],
])

/** Each path while nothing happens, then under each siege; and how long the main thread was away. */
export async function siege(run: BenchRun): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [side, during] of SIEGES) findings.push(...(await besiege(run, side, during)))
  return findings
}

async function besiege(run: BenchRun, side: Side, during: string): Promise<Finding[]> {
  const node = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--network-key', 'a test network'] })
  for (let title = 0; title < MESSAGES; title++) {
    await node.http.post('/v1/publish', JSON.stringify({ content: { title: `${title}`, body: BODY } }))
  }
  const { public_id: author } = await node.http.get<{ public_id: string }>('/v1/identity')
  const idle = await askDuring(node, wait(IDLE_MS))
  const end = await attack(run, side, { address: node.address, gossipPort: node.gossipPort, author })
  await node.vitals()
  const busy = await askDuring(node, wait(run.sized(SIEGE_MS)))
  const { stepMaxMs, stallMaxMs } = await node.vitals()
  end()
  await node.stop()
  return [
    ...latencyFindings(during, { idle, busy }, P99_MS_MAX),
    {
      what: `longest step of the main thread during ${during}`,
      figure: { value: stepMaxMs, unit: 'ms' },
      goal: { kind: 'at most', value: STEP_MS_MAX },
      note: `time on a core; with waiting for the disk and for other processes ${stallMaxMs.toFixed(0)} ms`,
    },
  ]
}
