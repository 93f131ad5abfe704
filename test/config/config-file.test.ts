import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { LoadedConfig } from '../../src/config/index.ts'

interface Given {
  flags?: Record<string, unknown>
  environment?: Record<string, string>
}

/** Loads what a node on a directory with this config.yaml would have. */
function load(yaml: string | Uint8Array, { flags = {}, environment = {} }: Given = {}): Promise<LoadedConfig> {
  const directory = temporaryDirectory()
  const path = join(directory, 'config.yaml')
  writeFileSync(path, yaml)
  return loadConfig({ flags: new Map(Object.entries({ data_dir: directory, ...flags })), environment })
}

/** The problems as lines, without the directory. */
async function problemsOf(yaml: string | Uint8Array, given?: Given): Promise<string[]> {
  const outcome = await load(yaml, given).catch((error: Error) => error)
  if (!(outcome instanceof Error)) return []
  return outcome.message.split('\n').map((line) => line.replace(/^.*(config\.yaml)/, '$1'))
}

test('flag before environment before file before default', async () => {
  const yaml = 'port: 1\ngossip_port: 2\ndiscovery_port: 3\n'
  const { config } = await load(yaml, {
    flags: { port: '11' },
    environment: { EGREGORE_PORT: '21', EGREGORE_GOSSIP_PORT: '22' },
  })
  expect(config).toMatchObject({ port: 11, gossipPort: 22, discoveryPort: 3, gossipIntervalSecs: 300 })
})

test('peers of flags, environment and file add up', async () => {
  const given = { flags: { peers: ['a:1'] }, environment: { EGREGORE_PEER: 'b:2' } }
  expect((await load('peers: [c:3, d:4]', given)).config.peers).toEqual(['a:1', 'b:2', 'c:3', 'd:4'])
})

test('sections are nested', async () => {
  const { config } = await load(
    'api:\n  enabled: false\nlog:\n  level: warn\nrelay: { serve: true }\nnetwork_key: ours',
  )
  expect(config).toMatchObject({ api: { enabled: false }, log: { level: 'warn' }, relay: { serve: true } })
})

test.each(['', '# nothing\n', '---\n', 'port:\npeers:\napi:\n'])('%j gives the defaults', async (yaml) => {
  expect((await load(yaml)).config).toMatchObject({ port: 7654, peers: [], api: { enabled: true } })
})

test('every problem is named with its line and column, what was found and what was expected', async () => {
  const yaml = [
    'prot: 7654',
    'gossip_port: "7655"',
    'discovery_port: 0',
    'api: true',
    'log:',
    '  levle: info',
    'peers:',
    '  - host:1',
    '  - 2',
    'network_key: 42',
  ].join('\n')
  expect(await problemsOf(yaml, { environment: { EGREGORE_MET: 'maybe' } })).toEqual([
    'EGREGORE_MET: expected true or false, found "maybe"',
    'config.yaml:1:1: prot: there is no such setting. Did you mean "port"?',
    'config.yaml:2:14: gossip_port: expected a whole number from 0 to 65535, found "7655"',
    'config.yaml:3:17: discovery_port: expected a whole number from 1 to 65535, found 0',
    'config.yaml:4:6: api: expected a section with enabled',
    'config.yaml:6:3: log.levle: there is no such setting. Did you mean "level"?',
    'config.yaml:9:5: peers[1]: expected a text, found 2',
    'config.yaml:10:14: network_key: expected a text',
  ])
})

test('a file that is named must be there, a directory is none', async () => {
  const directory = temporaryDirectory()
  const named = (path: string) => loadConfig({ flags: new Map(), environment: { EGREGORE_CONFIG: path } })
  await expect(named(join(directory, 'none.yaml'))).rejects.toThrow('there is no such file')
  mkdirSync(join(directory, 'config.yaml'))
  await expect(named(join(directory, 'config.yaml'))).rejects.toThrow('it is a directory')
})

test('keys of the original are accepted: those that mean the same, and those that mean nothing here', async () => {
  const yaml =
    'push_enabled: false\nmdns_discovery: true\nlogging: { format: json, level: trace }\notlp: { enabled: true }'
  const { config, withoutEffect } = await load(yaml)
  expect(config).toMatchObject({ push: false, mdns: true, log: { level: 'debug' } })
  expect(withoutEffect).toEqual(['logging.format', 'otlp'])
})

test('~ is the home directory', async () => {
  const { config } = await loadConfig({ flags: new Map([['data_dir', '~/elsewhere']]), environment: {} })
  expect(config.dataDir).toMatch(/^\/.*\/elsewhere$/)
})
