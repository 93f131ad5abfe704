import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runVerb, startNode } from '../support/node-process.ts'
import { serviceHome } from '../support/systemctl.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { AddressInfo } from 'node:net'

/** A service has no flags of its own: what its node is told stands in the file. */
function configured(text = 'port: 0\noffline: true\n', name = 'my "data" 100% $HOME'): string {
  const dataDir = join(temporaryDirectory(), name)
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'config.yaml'), text, { mode: 0o600 })
  return dataDir
}

test('a service is installed, says how it is, is installed again, changed, and taken away; its data stays', async () => {
  const { environment, unit, calls } = serviceHome()
  const dataDir = configured()
  const verb = (...words: string[]) =>
    runVerb(['service', ...words, '--user'], { ...environment, EGREGORE_MDNS: 'true' })
  const on = ['install', '--data-dir', dataDir]

  const installed = await verb(...on)
  expect(installed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('is installed and its node answers') })
  expect(installed.stdout).toContain('journalctl --user -u egregore')
  expect(installed.stdout).toMatch(/the service does not have.*: EGREGORE_MDNS\n/)
  expect(await runVerb(['publish', '--data-dir', dataDir, 'kept'])).toMatchObject({ exitCode: 0 })
  const state = await verb('status', '--json')
  expect(state.exitCode).toBe(0)
  expect(JSON.parse(state.stdout)).toMatchObject({
    data_dir: dataDir,
    service: { running: true, words: 'active (running), enabled' },
    node: { health: { ok: true } },
  })
  expect((await verb('status')).stdout).toMatch(/node +answers, version/)

  const asked = calls().length
  expect(JSON.parse((await verb(...on, '--json')).stdout)).toMatchObject({ outcome: 'unchanged', path: unit() })
  expect(calls().slice(asked).join()).not.toContain('restart')
  expect(JSON.parse((await verb(...on, '--config', join(dataDir, 'config.yaml'), '--json')).stdout).outcome).toBe(
    'changed',
  )
  expect(readFileSync(unit(), 'utf8')).toContain('"--config"')
  expect((await runVerb(['feed', '--all', '--data-dir', dataDir])).stdout).toContain('kept')

  const { pid } = JSON.parse(state.stdout).service
  expect(await verb('restart')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('started again') })
  expect(JSON.parse((await verb('status', '--json')).stdout).service.pid).not.toBe(pid)

  expect(await verb('uninstall')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Its data stays') })
  expect([existsSync(unit()), existsSync(join(dataDir, 'egregore.db'))]).toEqual([false, true])
  expect(await verb('status')).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('There is no service') })
  for (const verbOf of ['uninstall', 'restart']) expect(await verb(verbOf)).toMatchObject({ exitCode: 4 })
})

test('a node that ends at once is told, by install and by status', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo // As: it listens on TCP.
  const { environment } = serviceHome()
  const dataDir = configured(`port: ${port}\noffline: true\n`)
  const ended = await runVerb(['service', 'install', '--user', '--data-dir', dataDir, '--json'], environment)
  expect([ended.exitCode, JSON.parse(ended.stderr).error.code]).toEqual([1, 'SERVICE_ENDED'])
  expect(await runVerb(['service', 'status', '--user'], environment)).toMatchObject({
    exitCode: 3,
    stdout: expect.stringMatching(/failed \(failed\), enabled, restarts: 3[\s\S]*is not running/),
  })
})

test('a node without API is a node that runs', async () => {
  const { environment } = serviceHome()
  const dataDir = configured('api:\n  enabled: false\noffline: true\n')
  expect(await runVerb(['service', 'install', '--user', '--data-dir', dataDir], environment)).toMatchObject({
    exitCode: 0,
  })
  expect(await runVerb(['service', 'status', '--user'], environment)).toMatchObject({ exitCode: 0 })
})

test('--print shows the description alone, and changes nothing', async () => {
  const { environment, unit } = serviceHome()
  const dataDir = join(temporaryDirectory(), 'none')
  const words = ['service', 'install', '--user', '--name', 'second', '--print', '--data-dir', dataDir]
  const printed = await runVerb(words, { ...environment, PATH: '' })
  expect(printed).toMatchObject({ exitCode: 0, stderr: `${unit('second')}:\n` })
  expect(printed.stdout).toContain(`ExecStart=:"${process.execPath}" "--max-semi-space-size=8"`)
  expect(JSON.parse((await runVerb([...words, '--json'], environment)).stdout)).toMatchObject({ text: printed.stdout })
  expect([existsSync(unit('second')), existsSync(dataDir)]).toEqual([false, false])
})

test('a service of the system runs as the owner of the data, brings the passphrase as a credential, and is never root', async () => {
  const dataDir = configured()
  if (process.getuid?.() === 0) chownSync(dataDir, 65_534, 65_534)
  const print = (path: string) =>
    runVerb(['service', 'install', '--system', '--print', '--data-dir', path], { EGREGORE_PASSPHRASE_FILE: '/etc/key' })
  const { stdout } = await print(dataDir)
  expect(stdout).toMatch(/^User=[^r]/m)
  expect(stdout).toContain('LoadCredential=passphrase:/etc/key')
  expect(await print('/')).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('useradd') })
})

test('without a manager of services nothing is changed, and --print is named', async () => {
  const { environment, unit } = serviceHome()
  const dataDir = join(temporaryDirectory(), 'none')
  const install = (more: Record<string, string>) =>
    runVerb(['service', 'install', '--user', '--data-dir', dataDir], { ...environment, ...more })
  const why = expect.stringMatching(/There is no systemctl here[\s\S]*--print/)
  expect(await install({ PATH: '' })).toMatchObject({ exitCode: 1, stderr: why })
  const silent = expect.stringMatching(/does not answer here: Failed to connect to bus[\s\S]*--print/)
  expect(await install({ EGREGORE_TEST_REFUSES: 'show' })).toMatchObject({ exitCode: 1, stderr: silent })
  expect([existsSync(unit()), existsSync(dataDir)]).toEqual([false, false])
})

test('what the manager refuses has not happened: a new description is gone, an older one is back', async () => {
  const { environment, unit } = serviceHome()
  const dataDir = configured()
  const install = (refuses: string, ...words: string[]) =>
    runVerb(['service', 'install', '--user', '--data-dir', dataDir, ...words], {
      ...environment,
      EGREGORE_TEST_REFUSES: refuses,
    })
  const refused = {
    exitCode: 1,
    stderr: expect.stringContaining('systemctl --user enable egregore.service" ended with 1'),
  }
  expect(await install('enable')).toMatchObject(refused)
  expect(existsSync(unit())).toBe(false)
  expect(await install('')).toMatchObject({ exitCode: 0 })
  const before = readFileSync(unit(), 'utf8')
  expect(await install('enable', '--config', join(dataDir, 'config.yaml'))).toMatchObject(refused)
  expect(readFileSync(unit(), 'utf8')).toBe(before)
})

test('a name that belongs to another node, or to somebody else, stays theirs', async () => {
  const { environment, unit } = serviceHome()
  const verb = (...words: string[]) => runVerb(['service', ...words, '--user', '--json'], environment)
  const codeOf = ({ exitCode, stderr }: { exitCode: number | null; stderr: string }) => [
    exitCode,
    JSON.parse(stderr).error.code,
  ]
  expect(await verb('install', '--data-dir', configured())).toMatchObject({ exitCode: 0 })
  expect(codeOf(await verb('install', '--data-dir', configured()))).toEqual([5, 'SERVICE_TAKEN'])
  expect(await verb('uninstall')).toMatchObject({ exitCode: 0 })
  writeFileSync(unit(), '[Unit]\nDescription=Another Egregore\n')
  for (const words of [['install', '--data-dir', configured()], ['status'], ['uninstall']])
    expect(codeOf(await verb(...words))).toEqual([5, 'SERVICE_TAKEN'])
  expect(readFileSync(unit(), 'utf8')).toContain('Another')
})

test('a directory on which a node runs already is refused', async () => {
  const { dataDir } = await startNode({ flags: ['--offline'] })
  const { environment, unit } = serviceHome()
  const refused = await runVerb(['service', 'install', '--user', '--data-dir', dataDir], environment)
  expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('runs on') })
  expect(existsSync(unit())).toBe(false)
})

test('a key under a passphrase wants the file that holds it', async () => {
  const { environment, unit } = serviceHome()
  const dataDir = configured()
  const file = join(temporaryDirectory(), 'pass')
  writeFileSync(file, 'correct horse\n')
  const made = { EGREGORE_PASSPHRASE_FILE: file }
  const verb = (more: Record<string, string>, ...words: string[]) =>
    runVerb(['service', ...words], { ...environment, ...more })
  const install = ['install', '--user', '--data-dir', dataDir]
  expect(await verb(made, ...install)).toMatchObject({ exitCode: 0 })
  expect(readdirSync(join(dataDir, 'identity'))).toContain('secret.key.enc')
  expect(readFileSync(unit(), 'utf8')).toContain(`Environment="EGREGORE_PASSPHRASE_FILE=${file}"`)
  expect(await verb({}, 'uninstall', '--user')).toMatchObject({ exitCode: 0 })
  expect(await verb({}, ...install)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('EGREGORE_PASSPHRASE_FILE'),
  })
})

test('a place for descriptions that cannot be written is told', async () => {
  const { environment } = serviceHome()
  const home = join(temporaryDirectory(), 'file')
  writeFileSync(home, '')
  const ended = await runVerb(['service', 'install', '--user', '--data-dir', configured(), '--json'], {
    ...environment,
    XDG_CONFIG_HOME: home,
  })
  expect([ended.exitCode, JSON.parse(ended.stderr).error.code]).toEqual([1, 'SERVICE_FILE_FAILED'])
})

test.each([
  [['install', '--name', 'a b'], 2, 'Expected letters'],
  [['install', '--name', '-x'], 2, 'Expected letters'],
  [['install', '--user', '--system'], 2, 'cannot be used with'],
  [['install', '--print', '--user', '--data-dir', '/tmp/a\nb'], 2, 'control character'],
  [['install', '--print', '--user', '--data-dir', '/tmp/a '], 2, 'ends in a space'],
  [['install', '--user', '--config', '/nowhere/config.yaml'], 2, 'no such file'],
  [['start'], 2, 'Unknown command'],
])('service %j ends with %i', async (words, exitCode, why) => {
  expect(await runVerb(['service', ...words])).toMatchObject({ exitCode, stderr: expect.stringContaining(why) })
})
