import { chmodSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ALL_SETTINGS, createConfigFile, setInFile, unsetInFile } from '../../src/config/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { PlacedSetting } from '../../src/config/index.ts'

function setting(key: string): PlacedSetting {
  const found = ALL_SETTINGS.find((one) => one.key === key)
  if (found === undefined) throw new Error(`no setting ${key}`)
  return found
}

function file(content?: string): { path: string; text: () => string; mode: () => number } {
  const path = join(temporaryDirectory(), 'config.yaml')
  if (content !== undefined) writeFileSync(path, content, { mode: 0o644 })
  return { path, text: () => readFileSync(path, 'utf8'), mode: () => statSync(path).mode & 0o777 }
}

test('a commented file is made for its owner alone, and one that is there is never overwritten', async () => {
  const path = join(temporaryDirectory(), 'new', 'config.yaml')
  expect(await createConfigFile(path)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  writeFileSync(path, 'port: 1')
  expect(await createConfigFile(path)).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('port: 1')
})

test('words become what the setting is: a number, a switch, a list, a text', async () => {
  const { path, text } = file()
  await setInFile(path, setting('port'), ['7000'])
  await setInFile(path, setting('push'), ['false'])
  await setInFile(path, setting('peers'), ['a:1', 'b:2'])
  await setInFile(path, setting('network_key'), ['12'])
  expect(text()).toBe('port: 7000\npush: false\npeers: [a:1, b:2]\nnetwork_key: "12"\n')
})

test('a network key is changed in two steps, none of which leaves the network', async () => {
  const { path, text } = file('network_key: old\ndht: true\n')
  await setInFile(path, setting('network_keys'), ['new, or newer', 'old'])
  expect(text()).toBe('network_key: old\ndht: true\nnetwork_keys: ["new, or newer", old]\n')
  await expect(setInFile(path, setting('network_key'), ['new'])).rejects.toThrow(/none of network_keys/)
  await setInFile(path, setting('network_key'), ['new, or newer'])
  await unsetInFile(path, setting('network_keys'))
  expect(text()).toBe('network_key: "new, or newer"\ndht: true\n')
})

test.each([
  ['port', ['loud'], /expected a whole number/],
  ['log.level', ['loud'], /expected debug/],
  ['relay.serve', ['true'], /needs a network key/],
  ['gossip_port', ['7654'], /must differ/],
])('%s %j is refused, and the file stays as it is', async (key, words, why) => {
  const { path, text } = file('port: 7654 # ours\n')
  await expect(setInFile(path, setting(key), words)).rejects.toThrow(why)
  expect(text()).toBe('port: 7654 # ours\n')
})

test('nothing is made for a value that is refused', async () => {
  const { path } = file()
  await expect(setInFile(path, setting('port'), ['x'])).rejects.toThrow()
  expect(existsSync(path)).toBe(false)
})

test('a file with mistakes elsewhere can be mended key by key, one that is no YAML is left alone', async () => {
  const wrong = file('port: x\ngossip_port: y\n')
  await setInFile(wrong.path, setting('port'), ['1'])
  expect(wrong.text()).toBe('port: 1\ngossip_port: y\n')
  await unsetInFile(wrong.path, setting('gossip_port'))
  expect(wrong.text()).toBe('port: 1\n')
  const broken = file('port: [')
  await expect(setInFile(broken.path, setting('port'), ['1'])).rejects.toThrow(/config.yaml:1:/)
  expect(broken.text()).toBe('port: [')
})

test('what is needed by another setting is not removed', async () => {
  const { path } = file('network_key: ours\nrelay:\n  serve: true\n')
  await expect(unsetInFile(path, setting('network_key'))).rejects.toThrow(/needs a network key/)
  expect(await unsetInFile(path, setting('port'))).toBe(false)
})

test('a file that comes to hold a secret is its owner’s alone; otherwise it keeps its mode', async () => {
  const { path, mode } = file('port: 1\n')
  await setInFile(path, setting('port'), ['2'])
  expect(mode()).toBe(0o644)
  await setInFile(path, setting('network_key'), ['ours'])
  expect(mode()).toBe(0o600)
  chmodSync(path, 0o644)
  await setInFile(path, setting('port'), ['3'])
  expect(mode()).toBe(0o600)
})

test('a link stays one', async () => {
  const { path, text } = file('port: 1\n')
  const link = join(temporaryDirectory(), 'config.yaml')
  symlinkSync(path, link)
  await setInFile(link, setting('port'), ['2'])
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(text()).toBe('port: 2\n')
})
