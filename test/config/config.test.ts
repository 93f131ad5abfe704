import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, DEFAULT_NETWORK_KEY, environmentName, loadDataDir, readConfig } from '../../src/config/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { load, problemsOf } from './loaded.ts'

const ports = fc.integer({ min: 1, max: 65_535 })

test('without anything, every setting has its default', () => {
  expect(readConfig({})).toEqual({
    dataDir: './data',
    port: 7654,
    gossipPort: 7655,
    gossipBind: '0.0.0.0',
    gossipIntervalSecs: 300,
    networkKey: 'egregore-network-v1',
    networkKeys: ['egregore-network-v1'],
    peers: [],
    bootstrap: [],
    mdns: false,
    lanDiscovery: false,
    discoveryPort: 5353,
    met: true,
    dht: false,
    reach: true,
    relay: { serve: false },
    upnp: false,
    allowPublicNetwork: false,
    push: true,
    presence: { enabled: true },
    maxPersistentConnections: 32,
    authorBudgetMib: 4_096,
    peerBudgetMib: 16_384,
    api: { enabled: true, bind: '127.0.0.1', auth: 'off', hosts: [], origins: [] },
    mcp: { enabled: true, tools: 'all' },
    publish: { secrets: 'warn' },
    schemaStrict: false,
    retention: { enabled: true, intervalSecs: 3_600 },
    offline: false,
    hooks: [],
    hooksAllowCommands: true,
    hookTimeoutSecs: 30,
    log: { level: 'info' },
  })
})

test('a flag wins over the environment, the environment over the default', () => {
  const environment = { EGREGORE_PORT: '1', EGREGORE_GOSSIP_PORT: '2' }
  expect(readConfig({ port: '3' }, environment)).toMatchObject({ port: 3, gossipPort: 2, gossipIntervalSecs: 300 })
})

test('lists in the environment are separated by commas, switches are true, false, 1 or 0', () => {
  const environment = { EGREGORE_PEER: 'a:1, b:2', EGREGORE_PUSH: 'false', EGREGORE_OFFLINE: '1', EGREGORE_API: '0' }
  expect(readConfig({}, environment)).toMatchObject({
    peers: ['a:1', 'b:2'],
    push: false,
    offline: true,
    api: { enabled: false },
  })
})

test('the address that clients find in EGREGORE_API is none of ours', () => {
  expect(readConfig({}, { EGREGORE_API: 'http://127.0.0.1:7654' }).api.enabled).toBe(true)
})

test('an empty variable is no variable', () => {
  expect(readConfig({}, { EGREGORE_PORT: '', EGREGORE_PEER: '' })).toMatchObject({ port: 7654, peers: [] })
})

test('an empty network key does not join the public network, wherever it comes from', () => {
  expect(() => readConfig({ networkKey: '' })).toThrow(/^network_key: the key is empty/)
  expect(() => readConfig({}, { EGREGORE_NETWORK_KEY: '' })).toThrow(/^EGREGORE_NETWORK_KEY: the key is empty/)
  expect(() => readConfig({ networkKey: '' }, { EGREGORE_NETWORK_KEY: 'ours' })).toThrow(ConfigError)
})

describe('network keys of a rotation', () => {
  const LONG = 'k'.repeat(1_024)

  test('are the network key and those that are let in as well; without them there is one', () => {
    expect(readConfig({})).toMatchObject({ networkKey: DEFAULT_NETWORK_KEY, networkKeys: [DEFAULT_NETWORK_KEY] })
    expect(readConfig({ networkKey: 'new, or not' }).networkKeys).toEqual(['new, or not'])
    const rotated = { networkKey: 'new', networkKeys: ['new', 'old'] }
    expect(readConfig({ networkKeys: ['new', 'old'] })).toMatchObject(rotated)
    expect(readConfig({}, { EGREGORE_NETWORK_KEYS: 'new, old' })).toMatchObject(rotated)
  })

  test('come from one source: the strongest that gives network_key or network_keys', () => {
    const environment = { EGREGORE_NETWORK_KEYS: 'new,old' }
    expect(readConfig({ networkKey: 'mine' }, environment).networkKeys).toEqual(['mine'])
    expect(readConfig({ networkKeys: ['mine'] }, environment).networkKeys).toEqual(['mine'])
    expect(readConfig({ networkKeys: ['a', 'b'] }, { EGREGORE_NETWORK_KEY: 'c' }).networkKeys).toEqual(['a', 'b'])
  })

  test.each([
    [['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'e'], 'expected at most 4 entries'],
    [['a'], [], 'network_keys: expected one key at least'],
    [['a', 'b'], ['a', 'b', 'a'], 'network_keys[2]: the same key stands before it already'],
    [['a', LONG], ['a', `${LONG}k`], 'network_keys[1]: expected at most 1024 characters'],
    [['a', ' '], ['a', ''], 'network_keys[1]: the key is empty'],
    [['a', 'CHANGE'], ['a', 'CHANGE_ME'], 'network_keys[1]: CHANGE_ME stands for a key'],
    [['1'], [1], 'network_keys[0]: expected a text in quotes'],
  ])('%j are taken, %j not', (taken, refused, why) => {
    expect(readConfig({ networkKeys: taken }).networkKeys).toEqual(taken)
    expect(() => readConfig({ networkKeys: refused })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(why) }),
    )
  })

  test('hold where one source gives both, unless its network_key is another one', () => {
    const both = { networkKey: 'old', networkKeys: ['new', 'old'] }
    expect(readConfig(both)).toMatchObject({ networkKey: 'new', networkKeys: ['new', 'old'] })
    expect(() => readConfig({ ...both, networkKey: 'older' })).toThrow(/^network_key: it is none of network_keys/)
    expect(readConfig({ networkKeys: ['new', 'old'] }, { EGREGORE_NETWORK_KEY: 'older' }).networkKey).toBe('new')
  })

  test('are refused when a variable of them is empty', () => {
    expect(() => readConfig({}, { EGREGORE_NETWORK_KEYS: '' })).toThrow(/the key is empty/)
  })

  test('are no network of one’s own while everybody’s key is among them', () => {
    expect(() => readConfig({ dht: true, networkKeys: ['ours', DEFAULT_NETWORK_KEY] })).toThrow(/^dht: /)
    expect(readConfig({ dht: true, networkKeys: ['ours', 'old'] }).dht).toBe(true)
  })
})

test.each([{ port: '' }, { gossipPort: '' }, { dataDir: '' }, { log: { level: '' } }])(
  '%j: an empty text is refused',
  (input) => {
    expect(() => readConfig(input)).toThrow(ConfigError)
  },
)

describe('limits', () => {
  test.each([
    ['port', 0, 65_535],
    ['gossipPort', 0, 65_535],
    ['gossipIntervalSecs', 1, 86_400],
    ['discoveryPort', 1, 65_535],
    ['maxPersistentConnections', 1, 1_000],
    ['authorBudgetMib', 1, 16_777_216],
    ['peerBudgetMib', 1, 16_777_216],
  ] as const)('%s is from %i to %i', (name, least, most) => {
    for (const value of [least, most]) expect(readConfig({ [name]: value })[name]).toBe(value)
    for (const value of [least - 1, most + 1, 1.5, 'x', ' ']) {
      expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
    }
  })
})

test('every problem is named by its setting or its variable, all at once', () => {
  try {
    readConfig({ port: 'x' }, { EGREGORE_LOG_LEVEL: 'loud' })
    expect.fail()
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect((error as ConfigError).details.problems).toHaveLength(2)
    expect((error as ConfigError).message).toBe(
      'port: expected a whole number from 0 to 65535, found "x"\n' +
        'EGREGORE_LOG_LEVEL: expected debug, info, warn, error, silent, or one for each part, such as network=debug,warn, found "loud"',
    )
  }
})

test('the switch --no-push is the variable EGREGORE_PUSH', () => {
  expect(environmentName('no-push')).toBe('EGREGORE_PUSH')
})

describe('what works for whoever is in the network', () => {
  const SWITCHES = [
    ['dht', { dht: true }],
    ['relay.serve', { relay: { serve: true } }],
    ['upnp', { upnp: true }],
  ] as const

  test.each(SWITCHES)('%s is off, and refused in the public network', (key, on) => {
    expect(readConfig({})).not.toMatchObject(on)
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(`^${key}: .*--network-key`),
    })
    expect(() => readConfig(on)).toThrow(refused)
    expect(() => readConfig({ ...on, networkKey: DEFAULT_NETWORK_KEY })).toThrow(refused)
  })

  test.each(SWITCHES)('%s works with a network key of one’s own, or by permission', (_key, on) => {
    expect(readConfig({ ...on, networkKey: 'ours' })).toMatchObject(on)
    expect(readConfig({ ...on, allowPublicNetwork: true })).toMatchObject(on)
  })
})

test('a name that no setting has is refused with the one that was meant', () => {
  const misspelt = JSON.parse('{ "gosipPort": 1, "api": { "enable": false } }')
  expect(() => readConfig(misspelt)).toThrow(
    'gosip_port: there is no such setting. Did you mean "gossipPort"?\n' +
      'api.enable: there is no such setting. Did you mean "enabled"?',
  )
  expect(() => readConfig(JSON.parse('{ "api": false }'))).toThrow('api: expected settings by name')
})

describe('with a file', () => {
  test('flag before environment before file before default', async () => {
    const yaml = 'port: 1\ngossip_port: 2\ndiscovery_port: 3\n'
    const { config } = await load(yaml, {
      flags: { port: '11' },
      environment: { EGREGORE_PORT: '21', EGREGORE_GOSSIP_PORT: '22' },
    })
    expect(config).toMatchObject({ port: 11, gossipPort: 22, discoveryPort: 3, gossipIntervalSecs: 300 })
  })

  test('whichever sources give it, the first of flag, environment, file and default is used', async () => {
    const sources = fc.record({ flag: fc.option(ports), variable: fc.option(ports), file: fc.option(ports) })
    await fc.assert(
      fc.asyncProperty(sources, async ({ flag, variable, file }) => {
        const { config } = await load(file === null ? '' : `discovery_port: ${file}`, {
          flags: flag === null ? {} : { discovery_port: String(flag) },
          environment: variable === null ? {} : { EGREGORE_DISCOVERY_PORT: String(variable) },
        })
        expect(config.discoveryPort).toBe(flag ?? variable ?? file ?? 5353)
      }),
      { numRuns: 20 },
    )
  })

  test('lists of flags, environment and file add up, and it is known which peers the file has', async () => {
    const given = { flags: { peers: ['a:1'] }, environment: { EGREGORE_PEER: 'b:2' } }
    const { config } = await load('peers: [c:3, d:4]', given)
    expect(config.peers).toEqual(['a:1', 'b:2', 'c:3', 'd:4'])
    expect(config.file?.peers).toEqual(['c:3', 'd:4'])
  })

  test('a mistake is one, also where a flag would win over it', async () => {
    expect(await problemsOf('port: x', { flags: { port: '1' } })).toHaveLength(1)
  })
})

describe('the data directory', () => {
  test('is that of the flag, or of the file that is named', async () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'elsewhere.yaml')
    writeFileSync(path, 'data_dir: ~/egregore-data\nprot: 1')
    const named = { environment: {}, path }
    expect(await loadDataDir({ flags: new Map(), ...named })).toBe(join(homedir(), 'egregore-data'))
    expect(await loadDataDir({ flags: new Map([['data_dir', 'x']]), ...named })).toBe('x')
    expect(await loadDataDir({ flags: new Map(), environment: { EGREGORE_DATA_DIR: 'y' }, path })).toBe('y')
    expect(await loadDataDir({ flags: new Map(), environment: {} })).toBe('./data')
  })

  test('cannot be told from a named file that cannot be read', async () => {
    const path = join(temporaryDirectory(), 'elsewhere.yaml')
    const sources = { flags: new Map(), environment: {}, path }
    await expect(loadDataDir(sources)).rejects.toThrow('there is no such file')
    writeFileSync(path, 'data_dir: [')
    await expect(loadDataDir(sources)).rejects.toThrow(ConfigError)
  })
})
