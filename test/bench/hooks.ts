// How many messages a second a node brings to its hooks, beside what the machine can start or post by itself.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { HttpClient } from './support/http-client.ts'
import { inLanes } from './support/lanes.ts'
import { startNode } from './support/node-process.ts'
import { insight } from './support/sealed-feeds.ts'
import { measure } from './support/stopwatch.ts'
import type { AddressInfo } from 'node:net'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding, Quantity } from './support/finding.ts'
import type { NodeProcess } from './support/node-process.ts'

const COMMANDS = 1_000
const POSTS = 5_000

/** design/interfaces.md, "Hooks": messages under way at once. */
const CONCURRENCY = 4

/** The issue's own figure for dispatch. */
const RATE_MIN = 50

const POLL_MS = 20

interface Hook {
  lag: number
  delivered: number
}

/** Commands and webhooks, each from the start of a node that holds the messages already. */
export async function hooks(run: BenchRun): Promise<Finding[]> {
  return [await commands(run), await webhooks(run)]
}

async function commands(run: BenchRun): Promise<Finding> {
  const messages = run.sized(COMMANDS)
  const command = join(run.temporaryDirectory(), 'hook.sh')
  writeFileSync(command, '#!/bin/sh\ncat >/dev/null\n', { mode: 0o755 })
  const { rate: alone } = await measure(messages, () =>
    inLanes(CONCURRENCY, Array(messages).fill(command), async (path: string) => {
      const child = spawn(path)
      child.stdin.end('{}')
      await once(child, 'exit')
    }),
  )
  return {
    what: `messages to a command, ${CONCURRENCY} at a time`,
    figure: await delivered(run, messages, { on_message: command }),
    limit: { ...alone, of: 'the same command alone' },
    goal: { kind: 'at least', value: RATE_MIN },
  }
}

async function webhooks(run: BenchRun): Promise<Finding> {
  const messages = run.sized(POSTS)
  const server = createServer(
    (request, response) => void request.resume().on('end', () => response.end('{"success":true,"data":0}')),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  run.defer(() => server.close())
  const { port } = server.address() as AddressInfo // As: it listens on a port.
  const client = new HttpClient(`http://127.0.0.1:${port}`, CONCURRENCY)
  run.defer(() => client.close())
  const bodies: string[] = Array(messages).fill(JSON.stringify(insight(seededRandom(1))))
  const { rate: alone } = await measure(messages, () =>
    inLanes(CONCURRENCY, bodies, (body) => client.post<void>('/', body)),
  )
  return {
    what: `messages to a webhook, ${CONCURRENCY} at a time`,
    figure: await delivered(run, messages, { webhook_url: `http://127.0.0.1:${port}/` }),
    limit: { ...alone, of: 'posted over kept connections' },
    goal: { kind: 'at least', value: RATE_MIN },
  }
}

/** The messages are there before their hook is: how fast they can be published is another figure. */
async function delivered(run: BenchRun, messages: number, hook: object): Promise<Quantity> {
  const dataDir = run.temporaryDirectory()
  const random = seededRandom(1)
  const bodies = Array.from({ length: messages }, () => JSON.stringify(insight(random)))
  const before = await startNode(run, { dataDir, flags: ['--offline'] })
  await inLanes(CONCURRENCY, bodies, (body) => before.http.post<void>('/v1/publish', body))
  await before.stop()
  writeFileSync(join(dataDir, 'config.yaml'), JSON.stringify({ hooks: [{ ...hook, from: 'beginning' }] }))
  const node = await startNode(run, { dataDir, flags: ['--offline'] })
  const first = await hookOf(node)
  const { rate } = await measure(messages - first.delivered, () => allDelivered(run, node, messages))
  await node.stop()
  return rate
}

function allDelivered(run: BenchRun, node: NodeProcess, messages: number): Promise<void> {
  return run.following('delivering', messages, async (reached) => {
    for (;;) {
      const { lag, delivered } = await hookOf(node)
      reached(delivered)
      if (lag === 0) return
      await wait(POLL_MS)
    }
  })
}

async function hookOf(node: NodeProcess): Promise<Hook> {
  const [hook] = await node.http.get<Hook[]>('/v1/hooks')
  if (hook === undefined) throw new Error('The node has no hook.')
  return hook
}
