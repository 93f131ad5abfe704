import { expect, test } from 'vitest'
import { runVerb, sharedNode, startNode } from '../support/node-process.ts'

const alone = sharedNode('--offline')

test('sync --wait ends when all that a peer held is here, and read', async () => {
  const source = await startNode()
  const hashes: string[] = []
  for (let count = 0; count < 100; count++) hashes.push(await source.publish(`number ${count}`))
  const { dataDir } = await startNode({ flags: ['--peer', source.address] })
  const on = ['--data-dir', dataDir]
  expect(await runVerb(['sync', '--wait', '--quiet', ...on])).toMatchObject({ exitCode: 0, stderr: '' })
  const last = String(hashes.at(-1))
  const shown = await runVerb(['show', last.slice(0, 12), ...on])
  expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('number 99'), stderr: '' })
  expect((await runVerb(['feed', '--limit', '1', ...on])).stdout).toContain('number 99')
  const told = JSON.parse((await runVerb(['sync', '--json', ...on])).stdout)
  expect(told).toMatchObject({ in_step: true, peers: [{ state: 'live', last_round: expect.any(String) }] })
  expect((await runVerb(['sync', ...on])).stdout).toMatch(/live +lan/)
})

test('sync --wait says who keeps it from being in step, and why, when time is up', async () => {
  const gone = await startNode()
  await gone.stop()
  const { dataDir } = await startNode({ flags: ['--peer', gone.address] })
  const ended = await runVerb(['sync', '--wait', '--timeout', '1', '--json', '--data-dir', dataDir])
  expect(ended.exitCode).toBe(6)
  const { error } = JSON.parse(ended.stderr)
  expect(error).toMatchObject({ code: 'SYNC_TIMED_OUT', message: expect.stringContaining(gone.address) })
})

test('a node without network has nobody to be in step with', async () => {
  const { dataDir } = alone()
  const ended = await runVerb(['sync', '--wait', '--data-dir', dataDir])
  expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--offline') })
})

test('a hash that nothing begins with, or that is too short, is not shown', async () => {
  const { dataDir } = alone()
  const show = (hash: string) => runVerb(['show', hash, '--data-dir', dataDir])
  expect(await show('00000000')).toMatchObject({ exitCode: 4 })
  expect(await show('abc')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('the first 4 or more') })
})
