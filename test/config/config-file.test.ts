import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CONFIG_BYTES_MAX } from '../../src/config/config-file.ts'
import { loadConfig } from '../../src/config/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { load, problemsOf } from './loaded.ts'

const UNREADABLE = 'config.yaml:1:1: the configuration cannot be read:'

function named(path: string) {
  return loadConfig({ flags: new Map(), environment: {}, path })
}

test('without a file in the data directory there is none, and nothing is wrong', async () => {
  const { config } = await loadConfig({ flags: new Map([['data_dir', temporaryDirectory()]]), environment: {} })
  expect(config.file).toBeUndefined()
  const below = join(temporaryDirectory(), 'file')
  writeFileSync(below, '')
  await expect(loadConfig({ flags: new Map([['data_dir', below]]), environment: {} })).resolves.toBeDefined()
})

test('a file that is named must be there', async () => {
  const path = join(temporaryDirectory(), 'none.yaml')
  const missing = `${path}:1:1: the configuration cannot be read: there is no such file. "egregore --init-config" writes one.`
  await expect(named(path)).rejects.toThrow(missing)
  await expect(loadConfig({ flags: new Map(), environment: { EGREGORE_CONFIG: path } })).rejects.toThrow(missing)
})

test('a directory is no file', async () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'config.yaml'))
  const loading = loadConfig({ flags: new Map([['data_dir', directory]]), environment: {} })
  await expect(loading).rejects.toThrow('it is a directory')
})

test('what never ends is no file', async () => {
  await expect(named('/dev/zero')).rejects.toThrow('it is no regular file')
})

test('a link to a file is followed, as containers lay out their secrets', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'real.yaml'), 'port: 7000')
  symlinkSync('real.yaml', join(directory, 'config.yaml'))
  expect((await named(join(directory, 'config.yaml'))).config.port).toBe(7000)
})

test('a file that cannot be read is told with its reason', async () => {
  const { path, reason } = unreadable()
  await expect(named(path)).rejects.toThrow(`the configuration cannot be read: ${reason}`)
})

/** Root may read whatever its mode is, but nobody the beginning of a process's memory. */
function unreadable(): { path: string; reason: string } {
  if (process.getuid?.() === 0) return { path: '/proc/self/mem', reason: 'EIO' }
  const path = join(temporaryDirectory(), 'config.yaml')
  writeFileSync(path, '')
  chmodSync(path, 0)
  return { path, reason: 'permission is denied' }
}

test('a file is at most a mebibyte', async () => {
  const filled = (bytes: number) => `port: 7000\n#${' '.repeat(bytes - 13)}\n`
  expect((await load(filled(CONFIG_BYTES_MAX))).config.port).toBe(7000)
  expect(await problemsOf(filled(CONFIG_BYTES_MAX + 1))).toEqual([
    `${UNREADABLE} it has ${CONFIG_BYTES_MAX + 1} bytes, and a configuration at most ${CONFIG_BYTES_MAX}.`,
  ])
})

test('another encoding than UTF-8 is refused, a byte order mark is not', async () => {
  expect(await problemsOf(Buffer.from('log:\n  level: \xefnfo', 'latin1'))).toEqual([
    `${UNREADABLE} it is not UTF-8. Save it in that encoding.`,
  ])
  expect(await problemsOf(Buffer.from('port: 7000', 'utf16le'))).toHaveLength(1)
  expect((await load('\ufeffport: 7000')).config.port).toBe(7000)
})

test('a secret in a file that others can read is noticed', async () => {
  const path = join(temporaryDirectory(), 'config.yaml')
  const isExposed = async (content: string, mode: number) => {
    writeFileSync(path, content)
    chmodSync(path, mode)
    return (await named(path)).config.file?.isExposed
  }
  expect(await isExposed('network_key: ours', 0o600)).toBe(false)
  expect(await isExposed('network_key: ours', 0o640)).toBe(true)
  expect(await isExposed('network_key: ours', 0o604)).toBe(true)
  expect(await isExposed('port: 1', 0o644)).toBe(false)
})
