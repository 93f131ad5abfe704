import { copyFileSync, cpSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import { shared, temporaryDirectory } from '../support/temporary.ts'

/** A file that holds a passphrase. */
function passphraseFile(passphrase: string): string {
  const path = join(temporaryDirectory(), 'passphrase')
  writeFileSync(path, `${passphrase}\n`)
  return path
}

/** In which a node has said something. */
const used = shared(async (until) => {
  const node = await startNode({ until, flags: ['--offline'] })
  await node.publish('before')
  await node.stop()
  return node
})

/** A data directory of its own for a test, of the node that has said something. */
function usedDirectory() {
  const dataDir = temporaryDirectory()
  cpSync(used().dataDir, dataDir, { recursive: true })
  return { dataDir, author: used().author }
}

test('a node that was started with a passphrase starts with no other, and never makes a second identity', async () => {
  const { dataDir, author } = usedDirectory()
  const right = { EGREGORE_PASSPHRASE_FILE: passphraseFile('open sesame') }
  const encrypted = await startNode({ dataDir, environment: right, flags: ['--offline'] })
  expect(encrypted.author).toBe(author)
  await encrypted.stop()
  expect(existsSync(join(dataDir, 'identity', 'secret.key'))).toBe(false)
  const start = ['start', '--data-dir', dataDir, '--port', '0', '--gossip-port', '0']
  const wrong = await runVerb(start, { EGREGORE_PASSPHRASE_FILE: passphraseFile('open barley') })
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not open') })
  const none = await runVerb(start)
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('EGREGORE_PASSPHRASE_FILE') })
})

test('--passphrase without a terminal says what to do instead', async () => {
  const dataDir = join(temporaryDirectory(), 'new')
  const { exitCode, stderr } = await runVerb(['start', '--passphrase', '--data-dir', dataDir])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('EGREGORE_PASSPHRASE_FILE')
  expect(existsSync(dataDir)).toBe(false)
})

test.each(['', 'one\ntwo', 'x'.repeat(4_098)])('a passphrase file with %j is refused', async (content) => {
  const path = join(temporaryDirectory(), 'passphrase')
  writeFileSync(path, content)
  const { exitCode, stderr } = await runVerb(['start', '--data-dir', temporaryDirectory()], {
    EGREGORE_PASSPHRASE_FILE: path,
  })
  expect(exitCode).toBe(2)
  expect(stderr).toContain(path)
})

test('what is imported as an identity and is no such file is not read to its end', async () => {
  const path = join(temporaryDirectory(), 'image')
  writeFileSync(path, Buffer.alloc(16_385))
  const ended = await runVerb(['identity', 'import', path, '--data-dir', join(temporaryDirectory(), 'new')])
  expect([ended.exitCode, ended.stderr]).toEqual([4, expect.stringContaining('it has more than 16,384 bytes')])
})

test('a passphrase is set, changed and removed by a verb', async () => {
  const { dataDir } = usedDirectory()
  const [first, second] = [passphraseFile('first'), passphraseFile('second')]
  const verb = ['identity', 'passphrase', '--data-dir', dataDir]
  expect(await runVerb([...verb, '--new-passphrase-file', first])).toMatchObject({ exitCode: 0 })
  const change = ['--passphrase-file', first, '--new-passphrase-file', second]
  expect(await runVerb([...verb, ...change])).toMatchObject({ exitCode: 0 })
  expect(await runVerb([...verb, ...change])).toMatchObject({ exitCode: 1 })
  expect(await runVerb([...verb, '--passphrase-file', second, '--remove'])).toMatchObject({ exitCode: 0 })
  await startNode({ dataDir, flags: ['--offline'] })
})

test('an identity moves to another directory, and publishes there only when a peer has told what it holds', async () => {
  const { dataDir, author } = usedDirectory()
  const key = join(temporaryDirectory(), 'me.key')
  const passphrase = passphraseFile('for the road')
  const written = await runVerb(['identity', 'export', key, '--data-dir', dataDir, '--new-passphrase-file', passphrase])
  expect(written).toMatchObject({ exitCode: 0 })
  // Nobody is asked for a passphrase first.
  const again = await runVerb(['identity', 'export', key, '--data-dir', dataDir])
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not overwritten') })
  expect(statSync(key).mode & 0o777).toBe(0o600)
  const home = join(temporaryDirectory(), 'home')
  const environment = { EGREGORE_PASSPHRASE_FILE: passphrase }
  const brought = await runVerb(['identity', 'import', key, '--data-dir', home, '--json'], environment)
  expect(JSON.parse(brought.stdout)).toEqual({ public_id: author, publishing_waits: true, encrypted: true })
  const moved = await startNode({ dataDir: home, environment })
  expect(moved.author).toBe(author)
  expect(await moved.post('/v1/publish', { content: 1 })).toMatchObject({
    status: 409,
    error: { code: 'LOG_ROLLED_BACK' },
  })
  const old = await startNode({ dataDir })
  const friend = await startNode({ flags: ['--peer', old.address] })
  await friend.waitFor((await old.get(`/v1/feed/${encodeURIComponent(author)}`)).data[0]?.hash ?? '')
  await old.stop()
  await moved.post('/v1/peers', { address: friend.address })
  await eventually(async () => expect((await moved.post('/v1/publish', { content: 1 })).data?.sequence).toBe(2))
})

/** The log is gone, as if its disk had been replaced; the key is not. */
function loseLog(dataDir: string): void {
  for (const file of ['egregore.db', 'egregore.db-wal', 'egregore.db-shm']) rmSync(join(dataDir, file), { force: true })
}

test('a node whose log was lost does not begin its feed anew: it goes on where a peer says that it ended', async () => {
  const node = await startNode()
  const friend = await startNode({ flags: ['--peer', node.address] })
  await node.publish('one')
  await friend.waitFor(await node.publish('two'))
  await node.stop()
  loseLog(node.dataDir)
  const { dataDir } = node
  const waiting = await startNode({ dataDir, flags: ['--no-met'] })
  const refused = { status: 409, error: { code: 'LOG_ROLLED_BACK' } }
  expect(await waiting.post('/v1/publish', { content: 1 })).toMatchObject(refused)
  // Neither a restart nor a start without network is a peer's word.
  await waiting.stop('SIGKILL')
  const offline = await startNode({ dataDir, flags: ['--offline'] })
  expect(await offline.post('/v1/publish', { content: 1 })).toMatchObject(refused)
  await offline.stop()
  const back = await startNode({ dataDir, flags: ['--peer', friend.address] })
  await eventually(async () => expect((await back.post('/v1/publish', { content: 'three' })).data?.sequence).toBe(3))
  const { data } = await back.get<{ fork_count: number }>('/v1/status')
  expect(data.fork_count).toBe(0)
})

test('where no peer holds more, a person says so, and the node publishes', async () => {
  const { dataDir } = usedDirectory()
  loseLog(dataDir)
  const node = await startNode({ dataDir })
  expect(await node.post('/v1/publish', { content: 1 })).toMatchObject({
    error: { message: expect.stringContaining('docs/keys.md') },
  })
  const verb = ['identity', 'resume', '--data-dir', dataDir]
  expect(await runVerb(verb)).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('forks it') })
  expect(await node.post('/v1/publish', { content: 1 })).toMatchObject({ status: 409 })
  const resumed = await runVerb([...verb, '--yes'])
  expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('publishes from now on') })
  expect(await node.post('/v1/publish', { content: 1 })).toMatchObject({ status: 201, data: { sequence: 1 } })
})

test('an identity that is imported with --offline publishes from its first start on', async () => {
  const { dataDir } = usedDirectory()
  const home = join(temporaryDirectory(), 'home')
  const verb = [
    'identity',
    'import',
    join(dataDir, 'identity', 'secret.key'),
    '--data-dir',
    home,
    '--offline',
    '--json',
  ]
  expect(JSON.parse((await runVerb(verb)).stdout)).toMatchObject({ publishing_waits: false, encrypted: false })
  const node = await startNode({ dataDir: home, flags: ['--offline'] })
  expect(await node.post('/v1/publish', { content: 1 })).toMatchObject({ status: 201 })
})

test('an encrypted identity stays encrypted when its plain key is imported over it, and says so', async () => {
  const { dataDir } = usedDirectory()
  const [plain, kept] = [join(dataDir, 'identity', 'secret.key'), join(temporaryDirectory(), 'secret.key')]
  copyFileSync(plain, kept)
  const passphrase = passphraseFile('open sesame')
  const verb = ['identity', 'passphrase', '--data-dir', dataDir, '--new-passphrase-file', passphrase]
  expect(await runVerb(verb)).toMatchObject({ exitCode: 0 })
  const imported = await runVerb(['identity', 'import', kept, '--data-dir', dataDir])
  expect(imported).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('It lay there encrypted, and stays so'),
  })
  expect([existsSync(plain), existsSync(`${plain}.enc`)]).toEqual([false, true])
})

test('an identity is neither exported over a file nor imported over another one', async () => {
  const one = usedDirectory()
  const other = await startNode({ flags: ['--offline'] })
  await other.stop()
  const passphrase = passphraseFile('for the road')
  const key = join(temporaryDirectory(), 'me.key')
  writeFileSync(key, 'precious')
  const verb = ['identity', 'export', key, '--data-dir', one.dataDir, '--new-passphrase-file', passphrase]
  expect(await runVerb(verb)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(key) })
  const secret = join(one.dataDir, 'identity', 'secret.key')
  const taken = await runVerb(['identity', 'import', secret, '--data-dir', other.dataDir])
  expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(other.author) })
  const missing = await runVerb(['identity', 'import', join(one.dataDir, 'nothing'), '--data-dir', other.dataDir])
  expect(missing).toMatchObject({ exitCode: 4 })
})

test('a backup of a running node becomes the store of another directory', async () => {
  const node = await startNode({ flags: ['--offline'] })
  await node.publish('kept')
  const { data } = await node.post<{ path: string }>('/v1/backups', {})
  const home = join(temporaryDirectory(), 'home')
  expect(await runVerb(['restore', data.path, '--data-dir', node.dataDir, '--replace'])).toMatchObject({ exitCode: 1 })
  expect(await runVerb(['restore', data.path, '--data-dir', home, '--offline'])).toMatchObject({ exitCode: 0 })
  expect(await runVerb(['restore', data.path, '--data-dir', home])).toMatchObject({ exitCode: 1 })
  const restored = await startNode({ dataDir: home, flags: ['--offline'] })
  const { data: feed } = await restored.get('/v1/feed?include_self=true')
  expect(feed.map(({ content }) => content.title)).toEqual(['kept'])
})
