import { chmodSync, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually, runVerb, sharedNode, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

/** Starts a node that is expected to refuse, on ports that are free. */
function refused(dataDir: string, ...flags: string[]) {
  return runVerb(['start', '--data-dir', dataDir, '--port', '0', '--gossip-port', '0', ...flags])
}

const lasting = sharedNode()

test('a second node on one data directory is refused and told who holds it', async () => {
  const { dataDir, child } = lasting()
  const { exitCode, stderr } = await refused(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`in use by process ${child.pid}`)
})

test('an API port in use is named, and nothing stays locked', async () => {
  const { port } = new URL(lasting().api)
  const dataDir = temporaryDirectory()
  const { exitCode, stderr } = await refused(dataDir, '--port', port)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(port)
  expect(stderr).toContain('--port')
  await startNode({ dataDir, flags: ['--offline'] })
})

test('a node whose projections have to make way reads those that it folds then, however long that takes', async () => {
  const node = await startNode({ flags: ['--offline'] })
  await node.publish('before')
  await node.stop()
  // As a crash can leave it.
  writeFileSync(join(node.dataDir, 'projections.db'), '')
  const slowly = { NODE_OPTIONS: `--import ${new URL('../support/slow-removal.ts', import.meta.url).href}` }
  const again = await startNode({ dataDir: node.dataDir, flags: ['--offline'], environment: slowly })
  await again.publish('after')
  expect(await again.get('/v1/feed?include_self=true')).toMatchObject({ success: true, metadata: { total: 2 } })
  expect(await again.get('/v1/insights/search?q=seen')).toMatchObject({ success: true, metadata: { total: 2 } })
})

test('a gossip port in use is named', async () => {
  const { gossipPort } = lasting()
  const { exitCode, stderr } = await refused(temporaryDirectory(), '--gossip-port', String(gossipPort))
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`gossip port ${gossipPort} is in use`)
})

test('a private key that others can read is refused with the command that mends it', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const { dataDir } = node
  await node.stop()
  chmodSync(join(dataDir, 'identity', 'secret.key'), 0o644)
  const { exitCode, stderr } = await refused(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('chmod 600')
})

test('a data directory that is a file is refused', async () => {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, '')
  const { exitCode, stderr } = await refused(path)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(path)
})

test('a database that is none is refused and kept', async () => {
  const dataDir = temporaryDirectory()
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'egregore.db'), 'not a database'.repeat(1000))
  const { exitCode, stderr } = await refused(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('damaged')
})

test.each([
  ['--port', 'abc'],
  ['--port', '65536'],
  ['--port', ' '],
  ['--network-key', ''],
  ['--gossip-port', '-1'],
  ['--max-persistent-connections', '0'],
  ['--log-level', 'loud'],
])('%s %s is a usage error that names the flag', async (flag, value) => {
  const { exitCode, stderr } = await refused(temporaryDirectory(), flag, value)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(flag)
})

test('a malformed --peer is refused before anything is made', async () => {
  const dataDir = join(temporaryDirectory(), 'new')
  const { exitCode, stderr } = await refused(dataDir, '--peer', 'nonsense')
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain('"nonsense" is not a peer address')
  expect(existsSync(dataDir)).toBe(false)
})

test('a node that cannot say where it runs stops, and nothing stays locked', async () => {
  const dataDir = temporaryDirectory()
  mkdirSync(join(dataDir, 'runtime.json'))
  const { exitCode, stderr } = await refused(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('runtime.json cannot be written')
  rmdirSync(join(dataDir, 'runtime.json'))
  await startNode({ dataDir, flags: ['--offline'] })
})

test('an unknown flag and an unknown verb are usage errors', async () => {
  expect(await refused(temporaryDirectory(), '--bogus')).toMatchObject({ exitCode: 2 })
  expect(await runVerb(['stauts'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('stauts') })
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends a node in order: exit code 0, runtime file gone', async (signal) => {
  const a = lasting()
  const b = await startNode({ flags: ['--peer', a.address] })
  await b.waitFor(await a.publish('x'))
  expect(await b.stop(signal)).toBe(0)
  expect(existsSync(join(b.dataDir, 'runtime.json'))).toBe(false)
})

test('the first start says who we are, where we listen, what to do next, and that the default key is public', async () => {
  const dataDir = temporaryDirectory()
  const first = runVerbUntilStopped(dataDir)
  const text = await first
  expect(text).toMatch(/identity {2}@.{44}\.ed25519/)
  expect(text).toMatch(/API {7}http:\/\/127\.0\.0\.1:\d+/)
  expect(text).toContain('curl -X POST')
  expect(text).toContain('--network-key')
})

/** Starts with words instead of JSON, stops as soon as the runtime file is there, answers what was printed. */
async function runVerbUntilStopped(dataDir: string): Promise<string> {
  const ended = runVerb(['start', '--data-dir', dataDir, '--port', '0', '--gossip-port', '0'])
  const runtime = join(dataDir, 'runtime.json')
  const pid = await eventually(async () => {
    const { pid } = JSON.parse(await readText(runtime)) as { pid: number }
    return pid
  })
  process.kill(pid, 'SIGTERM')
  return (await ended).stdout
}

async function readText(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8')
}

test.each([
  ['20.19.0', 1],
  ['22.17.9', 1],
  ['22.18.0', 0],
  ['24.0.0', 0],
])('Node %s ends with exit code %i, and one that is too old in words', async (version, exitCode) => {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const preload = `--import=data:text/javascript,${encodeURIComponent(pretend)}`
  const ended = await runVerb(['--version'], { NODE_OPTIONS: preload })
  expect(ended.exitCode).toBe(exitCode)
  if (exitCode === 1) expect(ended.stderr).toContain(`needs Node 22.18 or newer, and this is Node ${version}`)
})
