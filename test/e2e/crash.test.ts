import { describe, expect, test } from 'vitest'
import { importFeed } from '../support/import-feed.ts'
import { eventually, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { NodeProcess } from '../support/node-process.ts'

interface Status {
  message_count: number
  forks: unknown[]
}

const KILLS_WHILE_PUBLISHING = 10
const KILLS_WHILE_INGESTING = 5
const MESSAGES = 3_000

/** Publishes without pause until the node is gone; answers the hashes that were acknowledged. */
async function publishUntilKilled(node: NodeProcess, label: string): Promise<string[]> {
  const acknowledged: string[] = []
  const client = async (name: string): Promise<void> => {
    for (let count = 0; ; count++) acknowledged.push(await node.publish(`${label} ${name} ${count}`))
  }
  await Promise.all(['one', 'two', 'three', 'four'].map((name) => client(name).catch(() => {})))
  return acknowledged
}

describe('kill -9', () => {
  test('while publishing loses no acknowledged message and breaks no chain', { timeout: 120_000 }, async () => {
    const dataDir = temporaryDirectory()
    const acknowledged: string[] = []
    for (let kill = 0; kill < KILLS_WHILE_PUBLISHING; kill++) {
      const node = await startNode({ dataDir, flags: ['--offline'] })
      const publishing = publishUntilKilled(node, `kill ${kill}`)
      // In the middle of it, a little later each time.
      await untilHeld(node, acknowledged.length + 3 * (kill + 1))
      await node.stop('SIGKILL')
      acknowledged.push(...(await publishing))
    }
    const node = await startNode({ dataDir, flags: ['--offline'] })
    for (const hash of acknowledged) expect(await node.holds(hash)).toBe(true)
    expect(acknowledged.length).toBeGreaterThan(KILLS_WHILE_PUBLISHING)
    await expectWholeChain(node)
  })

  test('while publishing under keys: whoever asks again gets one message a key', { timeout: 120_000 }, async () => {
    const dataDir = temporaryDirectory()
    const contentOf = (at: number) => ({ type: 'message', text: `number ${at}` })
    const hashes = new Map<number, string>()
    let asked = 0
    for (let kill = 0; kill < KILLS_WHILE_PUBLISHING / 2; kill++) {
      const node = await startNode({ dataDir, flags: ['--offline'] })
      const before = asked
      const client = async (): Promise<void> => {
        for (;;) {
          const at = asked++
          const { data } = await node.postOnce('/v1/publish', { content: contentOf(at) }, `key ${at}`)
          hashes.set(at, data.hash)
        }
      }
      const publishing = Promise.all(['one', 'two', 'three', 'four'].map(() => client().catch(() => {})))
      await eventually(() => expect(hashes.size).toBeGreaterThan(before + 5))
      await node.stop('SIGKILL')
      await publishing
    }
    const node = await startNode({ dataDir, flags: ['--offline'] })
    for (let at = 0; at < asked; at++) {
      const { status, data } = await node.postOnce('/v1/publish', { content: contentOf(at) }, `key ${at}`)
      expect([200, 201]).toContain(status)
      if (hashes.has(at)) expect([status, data.hash]).toEqual([200, hashes.get(at)])
    }
    expect((await node.get<Status>('/v1/status')).data.message_count).toBe(asked)
  })

  test('while ingesting leaves a log that the next sync completes', { timeout: 120_000 }, async () => {
    const source = await startNode()
    await importFeed(source, MESSAGES)
    const dataDir = temporaryDirectory()
    const heldAtKill: number[] = []
    for (let kill = 0; kill < KILLS_WHILE_INGESTING; kill++) {
      const node = await startNode({ dataDir })
      await node.post('/v1/peers', { address: source.address })
      const share = (kill + 1) / (KILLS_WHILE_INGESTING + 1)
      heldAtKill.push(await untilHeld(node, share * MESSAGES))
      await node.stop('SIGKILL')
    }
    expect(heldAtKill.some((count) => count < MESSAGES)).toBe(true)
    const node = await startNode({ dataDir, flags: ['--peer', source.address] })
    await eventually(async () => expect((await node.get<Status>('/v1/status')).data.message_count).toBe(MESSAGES))
    expect((await node.get<Status>('/v1/status')).data.forks).toEqual([])
  })
})

/** Asks without pause, so as not to miss the middle, until a node holds at least so many messages, and answers how many. */
async function untilHeld(node: NodeProcess, least: number): Promise<number> {
  for (;;) {
    const { message_count } = (await node.get<Status>('/v1/status')).data
    if (message_count >= least) return message_count
  }
}

/** Every message names the one before it, from the newest to the first, and there is no other. */
async function expectWholeChain(node: NodeProcess): Promise<void> {
  const path = `/v1/feed/${encodeURIComponent(node.author)}?limit=200`
  let next: string | undefined
  let expected = (await node.get<Status>('/v1/status')).data.message_count
  do {
    const page = await node.get(next === undefined ? path : `${path}&after=${encodeURIComponent(next)}`)
    for (const { sequence } of page.data) expect(sequence).toBe(expected--)
    next = page.metadata?.next
  } while (next !== undefined)
  expect(expected).toBe(0)
}
