// Retention between processes: by verbs, over restarts and kills, and what peers give back.

import { expect, test } from 'vitest'
import { importFeed } from '../support/import-feed.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import type { NodeProcess } from '../support/node-process.ts'

interface Status {
  message_count: number
  disk_bytes: number
  retention: { forgotten_count: number; policy_count: number; enabled: boolean }
}

const status = async (node: NodeProcess): Promise<Status> => (await node.get<Status>('/v1/status')).data

const verb = (node: NodeProcess, ...args: string[]) => runVerb(['retention', ...args, '--data-dir', node.dataDir])

async function publishAll(node: NodeProcess, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => node.publish(`note ${index}`)))
}

async function sequences(node: NodeProcess, author: string): Promise<number[]> {
  return (await node.get(`/v1/feed/${encodeURIComponent(author)}`)).data.map(({ sequence }) => sequence)
}

const held = (node: NodeProcess, count: number): Promise<void> =>
  eventually(async () => expect((await status(node)).message_count).toBe(count))

test('policies by verbs: added with a look at what goes, previewed, listed, swept, removed', async () => {
  const node = await startNode({ flags: ['--offline'] })
  await publishAll(node, 5)
  const all = await verb(node, 'add', '--max-bytes', '1')
  expect([all.exitCode, all.stdout, all.stderr]).toEqual([
    5,
    expect.stringContaining('5 of 5 messages'),
    expect.stringContaining('--yes'),
  ])
  expect(JSON.parse((await verb(node, 'list', '--json')).stdout)).toEqual([])

  expect((await verb(node, 'preview', '--max-count', '2')).stdout).toContain('3 of 5 messages')
  expect((await verb(node, 'add', '--max-count', '2')).stdout).toContain('the next sweep removes 3 messages')
  expect((await verb(node, 'list')).stdout).toMatch(/1 +everything +newest 2/)
  expect((await status(node)).message_count).toBe(5)
  expect(JSON.parse((await verb(node, 'sweep', '--json')).stdout)).toMatchObject({ expired: 0, surplus: 3 })
  expect((await runVerb(['status', '--data-dir', node.dataDir])).stdout).toMatch(
    /retention +1 policy, 3 removed by the last sweep, \d+s ago, 3 forgotten in all/,
  )

  expect((await verb(node, 'add', '--max-age', '1w', '--type', 'none', '--no-self', '--yes')).exitCode).toBe(0)
  expect((await verb(node, 'list')).stdout).toMatch(/2 +content type none +not older than 1w, not our own/)
  expect((await verb(node, 'remove', '1')).exitCode).toBe(0)
  expect((await verb(node, 'remove', '1')).exitCode).toBe(4)
  expect((await status(node)).retention).toMatchObject({ policy_count: 1 })

  // An author is meant by name here too.
  await node.post('/v1/agents/me', { name: 'Ada' })
  expect((await verb(node, 'add', '--author', 'ada', '--max-count', '9')).stdout).toContain(`of author ${node.author}`)
  expect((await verb(node, 'preview', '--author', 'nobody', '--max-count', '9')).stderr).toContain('author must be')
})

test.each([
  ['nothing that says what to keep', ['add'], 'Say what to keep'],
  ['an age without meaning', ['add', '--max-age', '30x'], 'such as 30d'],
  ['an age of nothing', ['add', '--max-age', '0d'], 'such as 30d'],
  ['a size without meaning', ['preview', '--max-bytes', 'big'], 'such as 100M'],
  ['two scopes', ['add', '--topic', 'a', '--type', 'b', '--max-count', '1'], 'cannot be used with'],
])('%s is wrong usage', async (_, args, words) => {
  const { exitCode, stderr } = await runVerb(['retention', ...args])
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
})

test('what a policy removed does not come back from a peer, live, at reconnect, or after a restart', async () => {
  const author = await startNode()
  const keeper = await startNode({ flags: ['--peer', author.address] })
  await publishAll(author, 20)
  await held(keeper, 20)
  await keeper.post('/v1/retention/policies', { scope: 'global', max_count: 5 })
  await keeper.post('/v1/retention/sweep', {})
  expect((await status(keeper)).message_count).toBe(5)

  await keeper.waitFor(await author.publish('news'))
  expect(await sequences(keeper, author.author)).toEqual([21, 20, 19, 18, 17, 16])
  await keeper.stop()
  const again = await startNode({ dataDir: keeper.dataDir, flags: ['--peer', author.address] })
  await again.waitFor(await author.publish('more news'))
  // At start it has swept by its policy.
  await held(again, 6)
  expect(await sequences(again, author.author)).toEqual([22, 21, 20, 19, 18, 17])
  expect((await status(again)).retention.forgotten_count).toBe(16)
  expect((await status(author)).message_count).toBe(22)
})

test('a peer that lacks what one node forgot has it from another', async () => {
  const author = await startNode()
  const keeper = await startNode({ flags: ['--peer', author.address] })
  await publishAll(author, 10)
  await held(keeper, 10)
  await keeper.post('/v1/retention/policies', { scope: 'global', max_count: 3 })
  await keeper.post('/v1/retention/sweep', {})
  const late = await startNode({ flags: ['--peer', keeper.address] })
  await held(late, 3)
  await late.post('/v1/peers', { address: author.address })
  await held(late, 10)
  await keeper.waitFor(await late.publish('thanks'))
  expect((await status(keeper)).message_count).toBe(4)
})

test('an author whose messages are all forgotten goes on with the next sequence, and forks nothing', async () => {
  const author = await startNode()
  const reader = await startNode({ flags: ['--peer', author.address] })
  await publishAll(author, 5)
  await held(reader, 5)
  await author.post('/v1/retention/policies', { scope: { author: author.author }, max_bytes: 1 })
  await author.post('/v1/retention/sweep', {})
  expect((await status(author)).message_count).toBe(0)
  expect(await author.stop()).toBe(0)
  const again = await startNode({ dataDir: author.dataDir, flags: ['--peer', reader.address] })
  const { data } = await again.post('/v1/publish', { content: 'after all was forgotten' })
  expect(data.sequence).toBe(6)
  await reader.waitFor(data.hash)
  expect(await sequences(reader, author.author)).toEqual([6, 5, 4, 3, 2, 1])
  expect((await reader.get<{ forks: unknown[] }>('/v1/status')).data.forks).toEqual([])
})

test('kill -9 during a sweep leaves nothing half done, and the next start goes on', { timeout: 120_000 }, async () => {
  const MESSAGES = 2_000
  const source = await startNode()
  const author = await importFeed(source, MESSAGES)
  let node = await startNode({ flags: ['--peer', source.address] })
  await held(node, MESSAGES)
  await node.post('/v1/retention/policies', { scope: 'global', max_count: 10 })
  for (let kill = 0; kill < 3; kill++) {
    const { message_count: before } = await status(node)
    void node.post('/v1/retention/sweep', {}).catch(() => {})
    await eventually(async () => expect((await status(node)).message_count).toBeLessThan(Math.max(before, 11)))
    await node.stop('SIGKILL')
    const still = await startNode({ dataDir: node.dataDir, flags: ['--offline', '--no-retention'] })
    const { message_count: left, retention } = await status(still)
    // What is not held is forgotten, and nothing else is.
    expect(left + retention.forgotten_count).toBe(MESSAGES)
    await still.stop()
    node = await startNode({ dataDir: node.dataDir, flags: ['--offline'] })
  }
  await node.post('/v1/retention/sweep', {})
  await held(node, 10)
  expect(await sequences(node, author)).toEqual(Array.from({ length: 10 }, (_, index) => MESSAGES - index))
  // A question does not wait long for folding that is behind.
  await eventually(async () => expect((await node.get('/v1/insights/search?q=note')).metadata?.total).toBe(10))
})
