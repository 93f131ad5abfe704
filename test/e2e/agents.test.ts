// The roster between two nodes, as people and programs use it.

import { expect, test } from 'vitest'
import { eventually, runVerb, startNode } from '../support/node-process.ts'

interface Agent {
  author: string
  name: string
  online: boolean
  status?: string
  capabilities: string[]
}

test('A announces itself and says how it is; B sees both, calls it by name, and sees it leave', async () => {
  const a = await startNode()
  const b = await startNode({ flags: ['--peer', a.address] })
  const at = (node: typeof a, ...args: string[]) => runVerb([...args, '--data-dir', node.dataDir])
  const announced = await at(
    a,
    'agents',
    'announce',
    '--name',
    'Ada',
    '--capability',
    'sqlite',
    'rust',
    '--role',
    'reviewer',
  )
  expect(announced).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Ada is announced') })
  await a.post('/v1/agents/presence', { status: 'working', text: 'on the index' })
  const seen = async () => {
    const { data } = await b.get<Agent[]>('/v1/agents?capability=sqlite')
    return data.find(({ author }) => author === a.author)
  }
  await eventually(async () =>
    expect(await seen()).toMatchObject({
      name: 'Ada',
      online: true,
      status: 'working',
      capabilities: ['sqlite', 'rust'],
    }),
  )
  expect((await at(b, 'agents', '--online')).stdout).toMatch(/^Ada .* yes .* working .* reviewer .* sqlite rust$/m)
  expect((await at(b, 'follow', 'ada')).stdout).toBe(`following ${a.author}  Ada\n`)
  expect((await at(b, 'follow', 'nobody')).exitCode).toBe(1)
  expect((await at(b, 'feed', 'Ada')).stdout).toContain('Ada')
  await a.stop()
  await eventually(async () => expect(await seen()).toMatchObject({ name: 'Ada', online: false }))
})
