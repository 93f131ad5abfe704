import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { runVerb, spawnVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

test('what a node said is there after it was killed', async () => {
  const { dataDir, author, stop } = await startNode({ flags: ['--offline'] }).then((node) => ({
    dataDir: node.dataDir,
    author: node.author,
    stop: () => node.stop('SIGKILL'),
  }))
  await stop()
  const on = ['--data-dir', dataDir]
  const { exitCode, stdout } = await runVerb(['logs', ...on])
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/info.*node.*node started/) })
  expect(stdout).toContain(author)
  const json = await runVerb(['logs', ...on, '--json', '--part', 'node', '--since', '1h', '--lines', '1'])
  expect(JSON.parse(json.stdout)).toMatchObject({ part: 'node', msg: 'node started', author })
  expect((await runVerb(['logs', ...on, '--level', 'error'])).stdout).toBe('')
})

test('a start that fails is in the log, and so is an end in order', async () => {
  const node = await startNode({ flags: ['--offline', '--quiet'] })
  const on = ['--data-dir', node.dataDir]
  expect(await runVerb(['start', ...on, '--port', '0', '--gossip-port', '0'])).toMatchObject({ exitCode: 1 })
  expect(await node.stop()).toBe(0)
  const { stdout } = await runVerb(['logs', ...on])
  expect(stdout).toMatch(/error node.*did not start.*in use by process/)
  expect(stdout).toMatch(/node stopping.*SIGTERM[\s\S]*node stopped/)
})

test('levels change while the node runs, and -f shows what follows', async () => {
  const { dataDir, api } = await startNode({ flags: ['--offline', '--log-level', 'hooks=error,info'] })
  const on = ['--data-dir', dataDir]
  expect(JSON.parse((await runVerb(['logs', 'level', ...on, '--json'])).stdout)).toMatchObject({
    default: 'info',
    parts: { hooks: 'error', api: 'info' },
  })
  const following = spawnVerb(['logs', ...on, '-f', '--part', 'api'])
  onTestFinished(() => void following.kill('SIGKILL'))
  const lines = createInterface({ input: following.stdout })[Symbol.asyncIterator]()
  await fetch(`${api}/v1/message/nothing`)
  const set = await runVerb(['logs', 'level', ...on, 'api=debug,hooks=default'])
  expect(set).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/api\s+debug\n[\s\S]*hooks\s+info\n/) })
  await fetch(`${api}/v1/message/nowhere`)
  expect((await lines.next()).value).toMatch(/debug api.*request refused.*path=\/v1\/message\/nowhere/)
  const kept = readFileSync(join(dataDir, 'logs', 'egregore.log'), 'utf8')
  expect(kept).not.toContain('/v1/message/nothing')
})

test('what cannot be is refused', async () => {
  const { dataDir } = await startNode({ flags: ['--offline'] })
  const on = ['--data-dir', dataDir]
  expect(await runVerb(['logs', 'level', ...on, 'net=debug'])).toMatchObject({ exitCode: 2 })
  expect(await runVerb(['logs', ...on, '--since', 'yesterday'])).toMatchObject({ exitCode: 2 })
  expect(await runVerb(['logs', '--data-dir', temporaryDirectory()])).toMatchObject({ exitCode: 4 })
  const quiet = await startNode({ flags: ['--offline', '--log-level', 'error'] })
  expect(await runVerb(['logs', '--data-dir', quiet.dataDir])).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('none has had anything to say'),
  })
  expect(await runVerb(['start', ...on, '--log-level', 'loud'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('network=debug'),
  })
})
