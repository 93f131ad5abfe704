// Two nodes in temporary folders: publishes on one, shows the message arriving on the other, and ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { ChildProcess } from 'node:child_process'

const BIN = new URL('../src/cli/bin.js', import.meta.url).pathname
const ARRIVAL_MS_MAX = 20_000

interface DemoNode {
  name: string
  api: string
  gossipPort: number
  child: ChildProcess
}

interface Message {
  author: string
  sequence: number
  content: { title: string; observation: string }
  hash: string
}

const folder = mkdtempSync(join(tmpdir(), 'egregore-demo-'))
const nodes: DemoNode[] = []
try {
  await demonstrate()
} finally {
  for (const { child } of nodes) await ended(child)
  rmSync(folder, { recursive: true, force: true })
}

async function demonstrate(): Promise<void> {
  const a = await start('node A')
  const b = await start('node B', '--peer', `127.0.0.1:${a.gossipPort}`)
  const published = await publish(a)
  const publishedAt = performance.now()
  const arrived = await arrival(b, published.hash)
  const took = Math.round(performance.now() - publishedAt)
  console.log(`\nnode B holds it ${took} ms later, with the author's signature verified:`)
  console.log(`  "${arrived.content.title}: ${arrived.content.observation}"`)
  console.log(`  ${arrived.author} #${arrived.sequence}  ${arrived.hash}\n`)
}

async function start(name: string, ...flags: string[]): Promise<DemoNode> {
  const dataDir = join(folder, name.replace(' ', '-'))
  const args = [
    BIN,
    'start',
    '--json',
    '--data-dir',
    dataDir,
    '--port',
    '0',
    '--gossip-port',
    '0',
    '--log-level',
    'error',
    ...flags,
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const line of createInterface({ input: child.stdout })) {
    text += line
    if (line === '}') break
  }
  const { api, gossipPort } = JSON.parse(text) as { api: string; gossipPort: number }
  const node = { name, api, gossipPort, child }
  nodes.push(node)
  console.log(`${name} serves ${api} and listens for peers on port ${gossipPort}`)
  return node
}

async function publish({ api, name }: DemoNode): Promise<Message> {
  const content = { type: 'insight', title: 'API Pattern', observation: 'Rate limiting prevents cascade failures' }
  const response = await fetch(`${api}/v1/publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content }),
  })
  const { data } = (await response.json()) as { data: Message }
  console.log(`\npublished on ${name}: "${content.title}" as ${data.hash.slice(0, 12)}…`)
  return data
}

async function arrival({ api, name }: DemoNode, hash: string): Promise<Message> {
  const deadline = performance.now() + ARRIVAL_MS_MAX
  while (performance.now() < deadline) {
    const response = await fetch(`${api}/v1/message/${hash}`)
    if (response.ok) return ((await response.json()) as { data: Message }).data
    await wait(5)
  }
  throw new Error(`The message did not arrive at ${name} in ${ARRIVAL_MS_MAX / 1000} s.`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}
