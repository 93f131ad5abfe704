import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setInterval } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { HOSTS_MAX, makeLab } from '../../../scripts/mesh-lab/lab.ts'
import { labTest, openLab, startOn } from '../../support/lab.ts'
import { eventually } from '../../support/node-process.ts'
import type { NodeProcess } from '../../support/node-process.ts'

const SCRIPT = new URL('../../../scripts/mesh-lab.ts', import.meta.url).pathname

labTest(
  'five hosts on bad lines hold the same within 15 s after a partition of 10 s, which nothing crossed',
  async () => {
    const lab = await openLab({ hosts: 5, seed: 7, line: { loss: 0.05, delayMs: 50 } })
    const nodes = await Promise.all(
      lab.hosts.map((host, index) =>
        startOn(
          host,
          lab.hosts.slice(0, index).flatMap(({ peerAddress }) => ['--peer', peerAddress]),
        ),
      ),
    )
    const hashes = [await (nodes[0] as NodeProcess).publish('before')]
    await allHold(nodes, hashes)
    lab.partition([
      [0, 1],
      [2, 3, 4],
    ])
    const apart = await publishFor(10_000, nodes)
    const saidOn = (side: number) => apart.filter((_, at) => sideOf(at % nodes.length) === side)
    for (const side of [0, 1]) {
      const here = nodes.filter((_, host) => sideOf(host) === side)
      await allHold(here, saidOn(side))
      for (const hash of saidOn(1 - side)) {
        expect(await Promise.all(here.map((node) => node.holds(hash)))).not.toContain(true)
      }
    }
    hashes.push(...apart)
    lab.heal()
    await eventually(async () => {
      const sets = await Promise.all(nodes.map((node) => heldOf(node, nodes)))
      expect(sets).toEqual(nodes.map(() => hashes.toSorted()))
    }, 15_000)
  },
)

labTest('two nodes sync over lines that lose, delay and reorder', async () => {
  const lab = await openLab({ hosts: 2, seed: 5, line: { loss: 0.05, delayMs: 25, jitterMs: 10, overtaking: 0.01 } })
  const a = await startOn(lab.host(0))
  const hashes = await Promise.all(Array.from({ length: 100 }, (_, index) => a.publish(`note ${index}`)))
  const b = await startOn(lab.host(1), ['--peer', a.address])
  await allHold([b], hashes)
  expect(lab.traffic.lost).toBeGreaterThan(0)
})

labTest('a node that was stopped starts again on its host with what it had', async () => {
  const lab = await openLab({ hosts: 1 })
  const before = await startOn(lab.host(0))
  const hash = await before.publish('kept')
  await before.stop()
  const after = await startOn(lab.host(0))
  expect(after.author).toBe(before.author)
  expect(await after.holds(hash)).toBe(true)
})

labTest('a node that cannot start says why', async () => {
  const lab = await openLab({ hosts: 1 })
  await expect(lab.host(0).start(['--peer', 'nonsense'])).rejects.toThrow(/nonsense/)
})

labTest('a command runs on its host, with the network of that host', async () => {
  const lab = await openLab({ hosts: 2 })
  const { stdout, exitCode } = await lab.host(1).run('ip', ['-4', 'address', 'show', 'eth0'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`inet ${lab.host(1).address}/24`)
})

labTest('hosts that are not there, and more than there are addresses, are refused', async () => {
  const lab = await openLab({ hosts: 1 })
  expect(() => lab.host(1)).toThrow(RangeError)
  await expect(makeLab({ hosts: 0 })).rejects.toThrow(RangeError)
  await expect(makeLab({ hosts: HOSTS_MAX + 1 })).rejects.toThrow(RangeError)
})

labTest('nothing runs on when a lab is killed, and the next lab removes its data', async () => {
  const script = spawn(process.execPath, [SCRIPT, '--hosts', '2'], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void script.kill('SIGKILL'))
  const lines: string[] = []
  for await (const line of createInterface({ input: script.stdout })) if (lines.push(line) === 2) break
  const children = childrenOf(script.pid as number)
  expect(children.length).toBeGreaterThanOrEqual(4) // A card and a node for each host.
  expect(existsSync(folderOf(script.pid as number))).toBe(true)

  const exited = once(script, 'exit')
  script.kill('SIGKILL')
  await exited
  await eventually(() => expect(children.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]))
  await openLab({ hosts: 1 })
  expect(existsSync(folderOf(script.pid as number))).toBe(false)
})

labTest('a lab that is told to end leaves nothing', async () => {
  const script = spawn(process.execPath, [SCRIPT, '--hosts', '1', '--no-nodes'], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void script.kill('SIGKILL'))
  await once(script.stdout, 'data')
  const exited = once(script, 'exit')
  script.kill('SIGINT')
  expect(await exited).toEqual([0, null])
  expect(existsSync(folderOf(script.pid as number))).toBe(false)
})

/** Of the partition, by the number of a host. */
function sideOf(host: number): number {
  return host < 2 ? 0 : 1
}

/** One after the other publishes, four times a second. */
async function publishFor(ms: number, nodes: readonly NodeProcess[]): Promise<string[]> {
  const hashes: string[] = []
  const until = performance.now() + ms
  for await (const _ of setInterval(250)) {
    const node = nodes[hashes.length % nodes.length]
    if (node === undefined || performance.now() >= until) break
    hashes.push(await node.publish(`number ${hashes.length}`))
  }
  return hashes
}

async function allHold(nodes: readonly NodeProcess[], hashes: readonly string[]): Promise<void> {
  await Promise.all(nodes.flatMap((node) => hashes.map((hash) => node.waitFor(hash))))
}

/** Hashes of what a node holds of the feeds of all nodes. */
async function heldOf(node: NodeProcess, authors: readonly NodeProcess[]): Promise<string[]> {
  const feeds = await Promise.all(
    authors.map(({ author }) => node.get(`/v1/feed/${encodeURIComponent(author)}?limit=100`)),
  )
  return feeds.flatMap(({ data }) => data.map(({ hash }) => hash)).sort()
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function folderOf(pid: number): string {
  return join(tmpdir(), `egregore-mesh-lab-${pid}-1`)
}
