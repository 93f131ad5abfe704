import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { eventually, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { NodeProcess } from '../support/node-process.ts'

interface Status {
  message_count: number
  forks: unknown[]
}

const KILLS_WHILE_PUBLISHING = 10
const KILLS_WHILE_INGESTING = 5

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
      // A different moment each time, within what is being written; the moment itself is not what is tested.
      await wait(40 + 37 * kill)
      await node.stop('SIGKILL')
      acknowledged.push(...(await publishing))
    }
    const node = await startNode({ dataDir, flags: ['--offline'] })
    for (const hash of acknowledged) expect(await node.holds(hash)).toBe(true)
    expect(acknowledged.length).toBeGreaterThan(KILLS_WHILE_PUBLISHING)
    await expectWholeChain(node)
  })

  test('while ingesting leaves a log that the next sync completes', { timeout: 120_000 }, async () => {
    const source = await startNode()
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => source.publish(`${round} ${index}`)))
    }
    const dataDir = temporaryDirectory()
    for (let kill = 0; kill < KILLS_WHILE_INGESTING; kill++) {
      const node = await startNode({ dataDir, flags: ['--peer', source.address] })
      await wait(30 + 61 * kill)
      await node.stop('SIGKILL')
    }
    const node = await startNode({ dataDir, flags: ['--peer', source.address] })
    await eventually(async () => expect((await node.get<Status>('/v1/status')).data.message_count).toBe(2_000))
    expect((await node.get<Status>('/v1/status')).data.forks).toEqual([])
  })
})

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
