import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

/** Everything that must not be told, each a text that stands nowhere by chance. */
const PLANTED = {
  networkKey: 'planted network key 7c1f',
  oldNetworkKey: 'planted older network key 19aa',
  token: 'planted-token-5b8e4d2c9a',
  hookSecret: 'planted webhook secret 44e0',
  hookSecretInFile: 'planted secret of a file 90bd',
  hookPath: 'planted-path-of-a-hook-31f7',
  hookPassword: 'planted-password-6ac2',
  flagHook: 'planted-query-of-a-hook-e551',
  passphrase: 'planted passphrase 2d97',
  message: 'planted words of a message b60a',
}

interface Report {
  about: string
  version: string
  system: object
  settings: { key: string; value: unknown }[]
  status: Record<string, unknown>
  mesh: unknown[]
  metrics: string[]
  doctor: { check: string; verdict: string }[]
  log: { msg: string; err?: object }[]
}

/** A node whose every secret is set, and whose log somebody wrote them into. */
async function plantedNode() {
  const home = join(temporaryDirectory(), 'planted-home-8a3b')
  const dataDir = join(home, 'data')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 })
    return join(home, name)
  }
  const config = {
    network_keys: [PLANTED.networkKey, PLANTED.oldNetworkKey],
    api: { auth: 'token-writes', token: PLANTED.token },
    hooks: [
      {
        name: 'one',
        webhook_url: `http://bob:${PLANTED.hookPassword}@127.0.0.1:1/${PLANTED.hookPath}`,
        secret: PLANTED.hookSecret,
      },
      { name: 'two', webhook_url: 'http://127.0.0.1:1/', secret_file: file('secret', `${PLANTED.hookSecretInFile}\n`) },
    ],
  }
  writeFileSync(join(dataDir, 'config.yaml'), JSON.stringify(config), { mode: 0o600 })
  const environment = {
    HOME: home,
    EGREGORE_PASSPHRASE_FILE: file('passphrase', `${PLANTED.passphrase}\n`),
    EGREGORE_HOOK_WEBHOOK_URL: `http://127.0.0.1:1/?t=${PLANTED.flagHook}`,
  }
  const node = await startNode({ dataDir, environment })
  const said = await runVerb(['publish', '--data-dir', dataDir, PLANTED.message], environment)
  expect(said).toMatchObject({ exitCode: 0 })
  const { message: _, ...secrets } = PLANTED
  const line = {
    level: 50,
    time: Date.now(),
    part: 'node',
    msg: Object.values(secrets).join(' / '),
    err: { stack: home },
  }
  appendFileSync(join(dataDir, 'logs', 'egregore.log'), `${JSON.stringify(line)}\n`)
  return { ...node, dataDir, environment, home }
}

test('a report tells of everything that helps, and of no secret', async () => {
  const { dataDir, environment, home, author } = await plantedNode()
  const output = join(temporaryDirectory(), 'report.json')
  const written = await runVerb(['bugreport', '--data-dir', dataDir, '--output', output], environment)
  expect(written).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(output) })
  expect(statSync(output).mode & 0o777).toBe(0o600)
  const text = readFileSync(output, 'utf8')
  for (const [name, secret] of Object.entries(PLANTED)) expect(text.includes(secret), name).toBe(false)
  expect(text).not.toContain(home)
  if (hostname().length > 1 && hostname() !== 'localhost') expect(text).not.toMatch(new RegExp(`\\b${hostname()}\\b`))

  const report = JSON.parse(text) as Report
  expect(report).toMatchObject({
    about: expect.stringContaining('read it before you give it to somebody'),
    version: expect.any(String),
    system: { node: process.versions.node, platform: process.platform },
    status: { identity: author, message_count: 1 },
    mesh: [],
    log_levels: { default: 'info' },
  })
  expect(report.settings).toContainEqual({
    key: 'network_keys',
    value: '(set)',
    from: [expect.stringContaining('~/data/config.yaml')],
  })
  expect(report.metrics).toContainEqual('egregore_messages 1')
  expect(report.doctor.map(({ check }) => check)).toContain('database')
  expect(report.log.map(({ msg }) => msg)).toContain('node started')
  expect(report.log.at(-1)?.err).toEqual({ stack: '~' })

  const again = await runVerb(['bugreport', '--data-dir', dataDir, '--output', output], environment)
  expect(again).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('stays as it is') })
  expect(readFileSync(output, 'utf8')).toBe(text)
})

test('without a node a report says so, and goes where it is told to', async () => {
  const dataDir = join(temporaryDirectory(), 'none')
  const { exitCode, stdout } = await runVerb(['bugreport', '--data-dir', dataDir, '--output', '-'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    status: { error: expect.stringContaining('No node is running') },
    log: [],
  })
  expect(existsSync(dataDir)).toBe(false)
  const missing = join(dataDir, 'no', 'report.json')
  expect(await runVerb(['bugreport', '--data-dir', dataDir, '--output', missing])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('cannot be written'),
  })
  expect(readdirSync(join(dataDir, '..'))).toEqual([])
})

test('what cannot be read is told in the report, and a secret file that cannot be read ends nothing', async () => {
  const dataDir = temporaryDirectory()
  writeFileSync(join(dataDir, 'logs'), 'no directory')
  const loop = join(dataDir, 'loop')
  symlinkSync(loop, loop)
  const verb = ['bugreport', '--data-dir', dataDir, '--output', '-']
  const { exitCode, stdout } = await runVerb(verb, { EGREGORE_PASSPHRASE_FILE: loop })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ log: { error: expect.stringContaining('ENOTDIR') } })
})
