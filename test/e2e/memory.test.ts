import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connect, ERAS } from '../api/mcp/clients.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { McpClient } from '../api/mcp/clients.ts'
import type { NodeProcess } from '../support/node-process.ts'

async function clientOf(node: NodeProcess, era: McpClient['era'], name: string): Promise<McpClient> {
  return connect(era, new URL('/mcp', node.api), name)
}

async function recalled(client: McpClient, content: string): Promise<{ id: string; snippet: string; agent: string }[]> {
  const { structuredContent } = await client.call('egregore_memory', { action: 'recall', content })
  return structuredContent.memories
}

/** Everything computed is thrown away, and computed anew from the log. */
async function replayed(node: NodeProcess, flags: string[]): Promise<NodeProcess> {
  expect(await node.stop()).toBe(0)
  for (const end of ['', '-wal', '-shm']) rmSync(join(node.dataDir, `projections.db${end}`), { force: true })
  return startNode({ dataDir: node.dataDir, flags })
}

describe.each(ERAS)('two nodes with an agent of the %s era each', (era) => {
  test('one remembers, corrects and forgets, and the other recalls just that, after a restart and a replay too', async () => {
    const a = await startNode()
    const b = await startNode({ flags: ['--peer', a.address] })
    const [ours, theirs] = [await clientOf(a, era, 'claude-code'), await clientOf(b, era, 'codex')]
    await eventually(async () => expect((await b.get('/v1/peers')).data).toMatchObject([{ state: 'live' }]))

    const memory = { content: 'Staging Postgres listens on 5433.', title: 'Staging port', project: 'shop' }
    const { structuredContent: one } = await ours.call('egregore_memory', { action: 'remember', ...memory })
    await eventually(async () =>
      expect(await recalled(theirs, 'staging port')).toMatchObject([{ id: one.id, agent: 'claude-code' }]),
    )

    const { structuredContent: two } = await ours.call('egregore_memory', {
      action: 'supersede',
      id: one.id,
      content: 'Staging Postgres listens on 5434.',
      title: 'Staging port',
    })
    await eventually(async () => {
      const found = await recalled(theirs, 'staging port')
      expect(found).toMatchObject([{ id: two.id }])
      expect(JSON.stringify(found)).not.toContain('5433')
    })

    const refused = await theirs.call('egregore_memory', { action: 'forget', id: two.id })
    expect(refused).toMatchObject({ isError: true })
    await ours.call('egregore_memory', { action: 'forget', id: two.id })
    expect(await recalled(ours, 'staging port')).toEqual([])
    await eventually(async () => {
      expect(await recalled(theirs, 'staging port')).toEqual([])
      expect(await b.holds(one.id)).toBe(false)
      expect(await b.holds(two.id)).toBe(false)
    })

    const [again, other] = [await replayed(a, []), await replayed(b, ['--peer', a.address])]
    for (const node of [again, other]) {
      const client = await clientOf(node, era, 'later')
      expect(await recalled(client, 'staging port postgres 5433 5434')).toEqual([])
      expect([await node.holds(one.id), await node.holds(two.id)]).toEqual([false, false])
    }
  })
})

test('a local memory is here after a restart and a replay, and never there', async () => {
  const a = await startNode()
  const b = await startNode({ flags: ['--peer', a.address] })
  await a.post('/v1/memories', { content: 'The alarm code is behind the clock.', visibility: 'local' })
  const { data: shared } = await a.post('/v1/memories', { content: 'The office is closed in August.' })
  await eventually(async () => expect(await b.holds(shared.hash)).toBe(true))
  const again = await replayed(a, [])
  expect((await again.get('/v1/memories?q=alarm')).data).toMatchObject([{ id: 'local-1' }])
  const searched = await runVerb(['search', 'alarm', 'code', '--data-dir', again.dataDir])
  expect(searched.stdout).toMatch(/^local-1 .* this machine +memory +The alarm code/m)
  expect((await b.get('/v1/memories?q=alarm')).data).toEqual([])
  expect((await b.get('/v1/search?q=alarm')).data).toEqual([])
  expect(await (await fetch(`${again.api}/v1/export`)).text()).not.toContain('alarm')
})

test('a node that joins later recalls what holds, from a node that was told itself; one of another network nothing', async () => {
  const a = await startNode()
  const b = await startNode({ flags: ['--peer', a.address] })
  const remembered = async (content: string) => (await a.post('/v1/memories', { content, project: 'shop' })).data.hash
  const [corrected, hidden, forgotten] = await Promise.all(
    ['The port is 1.', 'It is hidden.', 'It is gone.'].map(remembered),
  )
  await fetch(`${a.api}/v1/memories/${forgotten}`, { method: 'DELETE' })
  await a.post(`/v1/memories/${hidden}/retract`, {})
  const { data: last } = await a.post(`/v1/memories/${corrected}/supersede`, { content: 'The port is 2.' })
  await b.waitFor(last.hash)
  const c = await startNode({ flags: ['--peer', b.address] })
  const stranger = await startNode({ flags: ['--peer', b.address, '--network-key', 'another network'] })
  await c.waitFor(last.hash)
  await eventually(async () => {
    const { data } = await c.get('/v1/memories?project=shop')
    expect(data.map(({ content }) => content.content)).toEqual(['The port is 2.'])
  })
  expect([await c.holds(hidden ?? ''), await c.holds(forgotten ?? '')]).toEqual([true, false])
  expect((await stranger.get('/v1/memories')).data).toEqual([])
})

test('verbs remember, correct and import, and what is imported twice is there once', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const verb = (...args: string[]) => runVerb(['memory', ...args, '--data-dir', node.dataDir])
  const remembered = await verb('remember', '--title', 'Port', '--project', 'shop', 'It', 'is', '5433.')
  const [, hash = ''] = /^remembered ([0-9a-f]{64}) in the mesh/.exec(remembered.stdout) ?? []
  expect(remembered.exitCode).toBe(0)
  expect((await verb('remember', '--project', 'shop', 'It is 5433.')).stdout).toContain('already known as')
  expect((await verb('recall', '5433')).stdout).toContain('Port: It is 5433.')
  expect((await verb('supersede', hash.slice(0, 10), 'It is 5434.')).exitCode).toBe(0)
  expect((await verb('recent', '--project', 'shop')).stdout).toContain('Port: It is 5434.')
  expect((await verb('recent', '--project', 'bank')).stdout).toBe('Nothing is remembered about that.\n')
  expect((await verb('recent', '--all')).stdout).toContain('[superseded] Port: It is 5433.')
  expect(await verb('get', hash)).toMatchObject({
    stdout: 'Port\n\nIt is 5433.\n',
    stderr: expect.stringMatching(/^holds no longer: superseded by [0-9a-f]{64}\n$/),
  })
  expect((await verb('retract', hash)).stdout).toContain('restore')
  expect((await verb('restore', hash)).stdout).toContain('shown again')
  expect((await verb('forget', hash.slice(0, 10), '--reason', 'moved')).stdout).toContain('peers are asked')
  expect((await verb('get', hash)).exitCode).toBe(4)
  expect((await verb('remember', '  ')).exitCode).toBe(1)

  const notes = join(temporaryDirectory(), 'notes.ndjson')
  writeFileSync(notes, `{"content":"one","category":"rules"}\ntwo\n{"content":"${'x'.repeat(32_769)}"}\n{broken\n`)
  expect((await verb('import', notes, '--preview')).stdout.split('\n')).toHaveLength(5)
  expect((await node.get('/v1/memories')).data).toEqual([])
  const first = await verb('import', notes, '--project', 'shop')
  expect(first).toMatchObject({ exitCode: 1, stdout: '2 remembered, 0 known, 2 refused\n' })
  expect(first.stderr).toMatch(/notes\.ndjson:3: content .*\n.*notes\.ndjson:4: /)
  expect((await verb('import', notes, '--project', 'shop')).stdout).toBe('0 remembered, 2 known, 2 refused\n')
  const asJson = await verb('import', notes, '--local', '--json')
  expect(JSON.parse(asJson.stdout)).toMatchObject({ remembered: 2, known: 0, refused: [{}, {}] })
  expect((await verb('import', join(node.dataDir, 'nothing'))).exitCode).toBe(4)
})
