import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, spawnTalkingVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

function directoryWith(yaml?: string): { on: string[]; path: string; dataDir: string } {
  const dataDir = temporaryDirectory()
  const path = join(dataDir, 'config.yaml')
  if (yaml !== undefined) writeFileSync(path, yaml)
  return { on: ['--data-dir', dataDir], path, dataDir }
}

test('a node takes its settings from config.yaml; a peer of it has the source file and is not removed elsewhere', async () => {
  const { dataDir, path } = directoryWith(
    'offline: false\nmet: false\npeers:\n  - 127.0.0.1:1\notlp: {}\nlog: { level: info }\n',
  )
  const node = await startNode({ dataDir, flags: ['--peer', '127.0.0.1:2'] })
  const { data } = await node.get<{ address: string; source: string }[]>('/v1/peers')
  expect(data.map(({ address, source }) => [address, source])).toEqual([
    ['127.0.0.1:2', 'flag'],
    ['127.0.0.1:1', 'file'],
  ])
  const removal = await fetch(`${node.api}/v1/peers/127.0.0.1:1`, { method: 'DELETE' })
  expect(removal.status).toBe(409)
  expect(await removal.json()).toMatchObject({ error: { code: 'PEER_FROM_CONFIG' } })
  expect(readFileSync(path, 'utf8')).toContain('127.0.0.1:1')
})

test('a mistake in the file ends the start with every problem, its line, and nothing made', async () => {
  const { on, dataDir } = directoryWith('prot: 1\npeers: [nonsense, "1"]\n')
  const { exitCode, stderr } = await runVerb(['start', ...on])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('config.yaml:1:1: prot: there is no such setting. Did you mean "port"?')
  writeFileSync(join(dataDir, 'config.yaml'), 'peers: [nonsense]\n')
  const second = await runVerb(['start', ...on])
  expect(second).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('config.yaml:1:9: peers: "nonsense" is not'),
  })
  expect(existsSync(join(dataDir, 'egregore.db'))).toBe(false)
})

test('--init-config writes a file that is accepted, once', async () => {
  const dataDir = join(temporaryDirectory(), 'new')
  const first = await runVerb(['--data-dir', dataDir, '--init-config'])
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(join(dataDir, 'config.yaml')) })
  expect(await runVerb(['config', 'validate', '--data-dir', dataDir])).toMatchObject({ exitCode: 0 })
  const again = await runVerb(['--data-dir', dataDir, '--init-config', '--json'])
  expect([again.exitCode, JSON.parse(again.stderr).error.code]).toEqual([5, 'CONFIG_EXISTS'])
})

test('settings are shown with where they come from, and no secret', async () => {
  const { on, path } = directoryWith('network_key: sesame\nlog:\n  level: warn\n')
  const { stdout } = await runVerb(['config', 'show', '--origin', '--json', ...on], { EGREGORE_PORT: '7000' })
  const rows = JSON.parse(stdout) as { key: string; value: unknown; from: string[] }[]
  const row = (key: string) => rows.find((one) => one.key === key)
  expect(row('port')).toEqual({ key: 'port', value: 7000, from: ['EGREGORE_PORT'] })
  expect(row('log.level')).toEqual({ key: 'log.level', value: 'warn', from: [`${path}:3`] })
  expect(row('gossip_port')).toEqual({ key: 'gossip_port', value: 7655, from: ['default'] })
  expect(row('network_key')).toMatchObject({ value: '(set)' })
  expect(stdout).not.toContain('sesame')
  const plain = await runVerb(['config', 'show', ...on])
  expect(plain.stdout).toMatch(/network_key +\(set\)/)
  expect(JSON.parse((await runVerb(['config', 'show', '--json', ...on])).stdout)).toMatchObject({ 'log.level': 'warn' })
})

test('settings are set and unset in the file, which keeps its comments', async () => {
  const { on, path } = directoryWith('port: 7000 # ours\n')
  expect(await runVerb(['config', 'set', 'port', '7001', ...on])).toMatchObject({ exitCode: 0 })
  expect(await runVerb(['config', 'set', 'peers', '127.0.0.1:1', 'b.example:2', ...on])).toMatchObject({ exitCode: 0 })
  expect(readFileSync(path, 'utf8')).toBe('port: 7001 # ours\npeers: [127.0.0.1:1, b.example:2]\n')
  const unset = await runVerb(['config', 'unset', 'peers', '--json', ...on])
  expect(JSON.parse(unset.stdout)).toEqual({ unset: 'peers', path })
  expect(readFileSync(path, 'utf8')).toBe('port: 7001 # ours\n')
})

test.each([
  [['set', 'prot', '1'], 2, 'Did you mean "port"?'],
  [['set', 'port', 'x'], 2, 'expected a whole number'],
  [['set', 'port', '1', '2'], 2, 'expected a whole number'],
  [['set', 'peers', 'nonsense'], 2, '"nonsense" is not a peer address'],
  [['set', 'port'], 2, 'missing required argument'],
  [['unset', 'dht'], 4, 'does not set dht'],
])('config %j ends with %i', async (words, exitCode, why) => {
  const { on, path } = directoryWith('port: 7000\n')
  expect(await runVerb(['config', ...words, ...on])).toMatchObject({ exitCode, stderr: expect.stringContaining(why) })
  expect(readFileSync(path, 'utf8')).toBe('port: 7000\n')
})

/** `config set`, with its value on standard input. */
async function setTyped(key: string, typed: string, dataDir: string) {
  const child = spawnTalkingVerb(['config', 'set', key, '-', '--data-dir', dataDir])
  let [said, refused] = ['', '']
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (refused += chunk))
  child.stdin.on('error', () => {}) // It may have read enough.
  child.stdin.end(typed)
  await once(child, 'close')
  return { exitCode: child.exitCode, said, refused }
}

test('a secret is set from standard input, and of a list a value from each line', async () => {
  const { path, dataDir } = directoryWith('port: 1\n')
  const first = await setTyped('network_key', 'open sesame\r\n', dataDir)
  expect(first).toMatchObject({ exitCode: 0, said: expect.not.stringContaining('sesame') })
  expect(readFileSync(path, 'utf8')).toBe('port: 1\nnetwork_key: open sesame\n')
  expect(await setTyped('network_keys', 'new, with a comma\n\nopen sesame\n', dataDir)).toMatchObject({ exitCode: 0 })
  expect(readFileSync(path, 'utf8')).toContain('network_keys: ["new, with a comma", open sesame]')
  for (const nothing of ['', '\n']) {
    expect(await setTyped('network_key', nothing, dataDir)).toMatchObject({
      exitCode: 2,
      refused: expect.stringContaining('network_key stays as it is'),
    })
  }
  expect(await setTyped('network_key', 'x'.repeat(65_537), dataDir)).toMatchObject({
    exitCode: 2,
    refused: expect.stringContaining('more than any setting'),
  })
})

test('a file is checked by itself, whatever flags and environment say', async () => {
  const { path } = directoryWith('port: 70000\npush_enabled: false\notlp: {}\n')
  const refused = await runVerb(['config', 'validate', path], { EGREGORE_PORT: '1' })
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('config.yaml:1:7: port: expected') })
  writeFileSync(path, 'push_enabled: false\notlp: {}\n')
  const { stdout } = await runVerb(['config', 'validate', path, '--json'], { EGREGORE_PORT: 'x' })
  expect(JSON.parse(stdout)).toEqual({ path, settings: ['push'], without_effect: ['otlp'] })
  expect(await runVerb(['config', 'validate', '--data-dir', temporaryDirectory()])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no such file'),
  })
})

test('the schema is JSON Schema', async () => {
  const { stdout } = await runVerb(['config', 'schema'])
  expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { port: { default: 7654 } } })
})

test('a verb finds its node through a file that names the data directory', async () => {
  const home = temporaryDirectory()
  mkdirSync(join(home, 'data'))
  const config = join(home, 'ours.yaml')
  writeFileSync(config, 'data_dir: ~/data\noffline: true\n')
  const { stdout } = await runVerb(['paths', '--config', config, '--json'], { HOME: home })
  expect(JSON.parse(stdout)).toMatchObject({ data: join(home, 'data') })
  expect(await runVerb(['status', '--config', config], { HOME: home })).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining(join(home, 'data')),
  })
})

test('a token of the original’s configuration is asked for, and verbs find it', async () => {
  const { dataDir, on } = directoryWith('api_auth_enabled: true\napi_auth_token: change-me-local-api-token\n')
  const node = await startNode({ dataDir, flags: ['--offline'] })
  const publish = (headers: Record<string, string>) =>
    fetch(`${node.api}/v1/publish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"content":1}',
    })
  expect((await publish({})).status).toBe(401)
  expect((await publish({ authorization: 'Bearer change-me-local-api-token' })).status).toBe(201)
  expect(await runVerb(['publish', '2', ...on])).toMatchObject({ exitCode: 0 })
})
