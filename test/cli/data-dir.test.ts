import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { plainDataDir } from '../../src/cli/data-dir.ts'
import { sourcesFor } from '../../src/cli/loading.ts'
import { loadDataDir } from '../../src/config/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const before = process.cwd()
beforeEach(() => process.chdir(temporaryDirectory()))
afterEach(() => process.chdir(before))

/** The file in the default directory. */
function writeConfig(yaml: string): void {
  mkdirSync('data')
  writeFileSync('data/config.yaml', yaml)
}

test.each([
  [{ dataDir: './there' }, {}, './there'],
  [{ dataDir: './there' }, { EGREGORE_DATA_DIR: './elsewhere' }, './there'],
  [{ dataDir: '~/there' }, {}, join(homedir(), 'there')],
  [{ dataDir: '~' }, {}, homedir()],
  [{}, { EGREGORE_DATA_DIR: './there' }, './there'],
  [{}, { EGREGORE_DATA_DIR: '' }, './data'],
  [{}, { EGREGORE_CONFIG: '' }, './data'],
  [{}, {}, './data'],
])('%j and %j are told at once, as the settings tell it', async (place, environment, directory) => {
  expect(plainDataDir(place, environment)).toBe(directory)
  expect(await loadDataDir({ ...sourcesFor(place), environment })).toBe(directory)
})

test.each(['# data_dir: ./there\n  # data_dir: "\\x5f"\nport: 7654\n', '', 'prot: 1\n'])(
  'a file that names no directory changes nothing: %j',
  async (yaml) => {
    writeConfig(yaml)
    expect(plainDataDir({}, {})).toBe('./data')
    expect(await loadDataDir({ flags: new Map(), environment: {} })).toBe('./data')
  },
)

test.each(['data_dir: ./there\n', '{ "data\\x5fdir": ./there }'])(
  'a file that names one is left to the settings: %j',
  async (yaml) => {
    writeConfig(yaml)
    expect(plainDataDir({}, {})).toBeUndefined()
    expect(await loadDataDir({ flags: new Map(), environment: {} })).toBe('./there')
  },
)

test.each([
  [{ dataDir: '' }, {}],
  [{ dataDir: '~other/there' }, {}],
  [{ config: './config.yaml' }, {}],
  [{}, { EGREGORE_CONFIG: './config.yaml' }],
])('%j and %j are left to the settings', (place, environment) => {
  expect(plainDataDir(place, environment)).toBeUndefined()
})

test('a configuration that cannot be read is left to the settings, which say why', () => {
  mkdirSync('data/config.yaml', { recursive: true })
  expect(plainDataDir({}, {})).toBeUndefined()
})

test('a path of 4096 characters is told at once, a longer one is left to the settings', () => {
  const longest = 'd'.repeat(4_096)
  expect(plainDataDir({ dataDir: longest }, {})).toBe(longest)
  expect(plainDataDir({ dataDir: `${longest}d` }, {})).toBeUndefined()
})
