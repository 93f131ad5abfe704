import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { runVerb, sharedNode, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

interface Reported {
  check: string
  verdict: string
  about?: string
  found: string
  advice?: string
  mended?: string
}

/** The clients of whoever runs the tests are not looked at. */
const HOME = { HOME: '', CLAUDE_CONFIG_DIR: '', CODEX_HOME: '', XDG_CONFIG_HOME: '' }

interface DoctorInit {
  flags?: readonly string[]
  home?: string
  environment?: Record<string, string>
}

/** For those that leave it as it is. */
const lasting = sharedNode('--offline')

/** What a check says that had too little. */
const OUT_OF_TIME = /^(The node at .* did not answer in time|It took longer than)/

/** Asks again while a check had too little time, which on a busy machine says nothing about the node; what --fix has mended is not asked for twice. */
async function doctor(dataDir: string, { flags = [], home = temporaryDirectory(), environment = {} }: DoctorInit = {}) {
  const args = ['doctor', '--data-dir', dataDir, '--json', ...flags]
  for (;;) {
    const { exitCode, stdout, stderr } = await runVerb(args, { ...HOME, HOME: home, ...environment })
    if (stdout === '') throw new Error(stderr)
    const all = JSON.parse(stdout) as Reported[]
    const of = (check: string): Reported[] => all.filter((one) => one.check === check)
    const isWhole = !all.some(({ found }) => OUT_OF_TIME.test(found))
    if (isWhole || flags.includes('--fix')) return { exitCode, all, of, one: (check: string) => of(check)[0] }
  }
}

test('a node that is well is found so, check by check', async () => {
  const peer = await startNode()
  const node = await startNode({ flags: ['--peer', peer.address] })
  const { dataDir, child } = node
  await node.publish('one')
  await node.waitFor(await peer.publish('two'))
  const { exitCode, all, one } = await doctor(dataDir)
  expect(all.filter(({ verdict }) => verdict === 'failed')).toEqual([])
  expect(exitCode).toBe(0)
  expect(one('process')).toMatchObject({ verdict: 'ok', found: expect.stringContaining(`process ${child.pid} holds`) })
  expect(one('database')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('of 2 messages all are') })
  expect(one('search')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('2 messages') })
  expect(one('clock')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('of 1 authors') })
  expect(one('ports')).toMatchObject({ verdict: 'ok' })
  expect(one('peers')).toMatchObject({ verdict: 'ok', about: peer.address, found: expect.stringMatching(/^lan: /) })
  expect(one('mcp')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('egregore_status answers') })
  expect(one('round-trip')).toMatchObject({ verdict: 'ok' })
  expect(one('clients')).toMatchObject({ verdict: 'skipped' })
  expect((await runVerb(['status', '--data-dir', dataDir])).stdout).toContain('2 messages')
})

test('without a node it says what can be said, and leaves nothing behind', async () => {
  const dataDir = join(temporaryDirectory(), 'none')
  const { exitCode, all } = await doctor(dataDir)
  expect(exitCode).toBe(all.some(({ verdict }) => verdict === 'failed') ? 1 : 0)
  const verdicts = Object.fromEntries(all.map(({ check, verdict }) => [check, verdict]))
  expect(verdicts).toMatchObject({
    version: 'ok',
    configuration: 'ok',
    permissions: 'skipped',
    process: 'ok',
    health: 'skipped',
    database: 'skipped',
    search: 'skipped',
    clock: 'skipped',
    reach: 'skipped',
    peers: 'skipped',
    mcp: 'skipped',
    'round-trip': 'ok',
  })
  expect(all.filter(({ verdict, found }) => verdict === 'skipped' && found === '')).toEqual([])
  expect(existsSync(dataDir)).toBe(false)
})

test('what a crash left, open modes and an index that does not fit are mended by --fix, and the node is whole again', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const { dataDir } = node
  await node.publish('one')
  await node.stop('SIGKILL')
  const key = join(dataDir, 'identity', 'secret.key')
  chmodSync(key, 0o644)
  chmodSync(dataDir, 0o755)
  const projections = new Database(join(dataDir, 'projections.db'))
  projections.exec("UPDATE folded SET store = 'another'")
  projections.close()

  const sick = await doctor(dataDir)
  expect(sick.exitCode).toBe(1)
  expect(sick.one('process')).toMatchObject({
    verdict: 'warning',
    found: expect.stringContaining('did not end in order'),
  })
  expect(sick.of('permissions')).toMatchObject([
    { verdict: 'warning', about: dataDir, found: expect.stringContaining('755') },
    {
      verdict: 'failed',
      about: key,
      found: expect.stringContaining('644'),
      advice: expect.stringContaining('chmod 600'),
    },
  ])
  expect(sick.one('search')).toMatchObject({ verdict: 'failed', found: 'it was folded from another log' })

  const mended = await doctor(dataDir, { flags: ['--fix'] })
  expect(mended.all.filter((one) => one.mended !== undefined).map(({ check }) => check)).toEqual([
    'permissions',
    'permissions',
    'process',
    'search',
  ])
  expect([statSync(key).mode & 0o777, statSync(dataDir).mode & 0o777]).toEqual([0o600, 0o700])
  expect(existsSync(join(dataDir, 'runtime.json'))).toBe(false)
  expect(existsSync(join(dataDir, 'projections.db'))).toBe(false)
  const well = await doctor(dataDir)
  expect(well.all.filter(({ verdict }) => verdict === 'failed')).toEqual([])
  await startNode({ dataDir, flags: ['--offline'] })
  const running = await doctor(dataDir)
  expect(running.one('search')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('1 message') })
  expect(running.one('peers')).toMatchObject({ verdict: 'skipped', found: 'the node has no network' })
})

test('a node that hangs is told from one that is away, in bounded time', async () => {
  const { dataDir, child } = await startNode({ flags: ['--offline'] })
  child.kill('SIGSTOP')
  onTestFinished(() => void child.kill('SIGCONT'))
  const { exitCode, one } = await doctor(dataDir)
  expect(exitCode).toBe(1)
  expect(one('process')).toMatchObject({ verdict: 'failed', found: expect.stringContaining('does not answer') })
  expect(one('mcp')).toMatchObject({ verdict: 'skipped' })
})

test('peers are dialled without a node, and each has its cause; while one lets us in, nothing has failed', async () => {
  const member = await startNode()
  const foreign = await startNode({ flags: ['--network-key', 'another network'] })
  const dialling = (...peers: string[]) =>
    doctor(temporaryDirectory(), { environment: { EGREGORE_PEER: peers.join(','), EGREGORE_BOOTSTRAP: '127.0.0.1:1' } })
  expect((await dialling(member.address, foreign.address)).of('peers')).toMatchObject([
    { verdict: 'ok', about: member.address },
    { verdict: 'warning', about: foreign.address, found: expect.stringMatching(/^other network: /) },
    { verdict: 'warning', about: '127.0.0.1:1', found: expect.stringMatching(/^refused: /) },
  ])
  const alone = await dialling(foreign.address)
  expect(alone.exitCode).toBe(1)
  expect(alone.of('peers')).toMatchObject([
    { verdict: 'failed', about: foreign.address, advice: expect.stringContaining('--network-key') },
    { verdict: 'failed', about: '127.0.0.1:1', advice: expect.stringContaining('Start the node') },
  ])
})

test('a peer that the running node cannot reach has its cause', async () => {
  const { dataDir } = await startNode({ flags: ['--peer', '127.0.0.1:1'] })
  const { of } = await doctor(dataDir)
  expect(of('peers')).toMatchObject([
    { verdict: 'failed', about: '127.0.0.1:1', found: expect.stringMatching(/^refused: /) },
  ])
})

test('a port in use, a configuration that does not hold, and a damaged database fail', async () => {
  const { api } = lasting()
  const dataDir = temporaryDirectory()
  writeFileSync(join(dataDir, 'egregore.db'), 'not a database'.repeat(1_000))
  const port = new URL(api).port
  const taken = await doctor(dataDir, { environment: { EGREGORE_PORT: port, EGREGORE_GOSSIP_PORT: '0' } })
  expect(taken.exitCode).toBe(1)
  expect(taken.one('ports')).toMatchObject({
    verdict: 'failed',
    found: expect.stringContaining(`port ${port} is in use`),
  })
  expect(taken.one('database')).toMatchObject({ verdict: 'failed', found: expect.stringContaining('is damaged') })
  writeFileSync(join(dataDir, 'config.yaml'), 'prot: 7664\n')
  const broken = await doctor(dataDir)
  expect(broken.one('configuration')).toMatchObject({
    verdict: 'failed',
    found: expect.stringContaining('Did you mean "port"?'),
  })
})

test('a client that was told of this node, and one that was told of another, are told apart', async () => {
  const home = temporaryDirectory()
  const { dataDir } = lasting()
  const connect = (client: string, to: string) =>
    runVerb(['connect', client, '--data-dir', to], { ...HOME, HOME: home })
  await connect('claude', dataDir)
  await connect('codex', join(home, 'elsewhere'))
  expect(await runVerb(['connect', 'cursor', '--http', '--data-dir', dataDir], { ...HOME, HOME: home })).toMatchObject({
    exitCode: 0,
  })
  expect((await doctor(dataDir, { home })).of('clients')).toMatchObject([
    { verdict: 'ok', about: 'Claude Code' },
    { verdict: 'warning', about: 'Codex', found: expect.stringContaining('elsewhere') },
    { verdict: 'ok', about: 'Cursor' },
  ])
})

test('the table says what to do, and has no colours where none are wanted', async () => {
  const { dataDir } = lasting()
  chmodSync(dataDir, 0o755)
  onTestFinished(() => chmodSync(dataDir, 0o700))
  const { stdout } = await runVerb(['doctor', '--data-dir', dataDir], HOME)
  expect(stdout).toMatch(/^warning {2}permissions {2,}.*: others can get at it: its mode is 755$/m)
  expect(stdout).toMatch(/→ chmod 700/)
  expect(stdout).toContain('"egregore doctor --fix" mends')
  expect(stdout).not.toContain('\u001b')
  for (const line of stdout.split('\n')) if (!line.includes(dataDir)) expect(line.length).toBeLessThanOrEqual(100)
})

test('a file in the place of the data directory is found, and its mode is left alone', async () => {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, '', { mode: 0o644 })
  const { exitCode, one } = await doctor(path, { flags: ['--fix'] })
  expect(exitCode).toBe(1)
  expect(one('permissions')).toMatchObject({ verdict: 'failed', found: `${path} is no directory` })
  expect(statSync(path).mode & 0o777).toBe(0o644)
})

test('of a log that is no database the index is not accused, nor removed', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const { dataDir } = node
  await node.publish('one')
  await node.stop()
  writeFileSync(join(dataDir, 'egregore.db'), 'not a database, and longer than the header of one '.repeat(100))
  const { exitCode, one } = await doctor(dataDir, { flags: ['--fix'] })
  expect(exitCode).toBe(1)
  expect(one('database')).toMatchObject({ verdict: 'failed', found: expect.stringContaining('egregore.db is damaged') })
  expect(one('search')).toMatchObject({ verdict: 'skipped', found: expect.stringContaining('the log is not whole') })
  expect(existsSync(join(dataDir, 'projections.db'))).toBe(true)
})
