import { describe, expect, test } from 'vitest'
import { ConfigError, DEFAULT_NETWORK_KEY, environmentName, readConfig, SETTINGS } from '../../src/config/index.ts'

test('without anything, every setting has its default', () => {
  expect(readConfig({})).toEqual({
    dataDir: './data',
    port: 7654,
    gossipPort: 7655,
    gossipIntervalSecs: 300,
    networkKey: 'egregore-network-v1',
    peer: [],
    bootstrap: [],
    mdns: false,
    lanDiscovery: false,
    discoveryPort: 5353,
    met: true,
    dht: false,
    reach: true,
    relay: false,
    upnp: false,
    allowPublicNetwork: false,
    push: true,
    maxPersistentConnections: 32,
    authorBudgetMib: 4_096,
    peerBudgetMib: 16_384,
    api: true,
    offline: false,
    logLevel: 'info',
  })
})

test('a flag wins over the environment, the environment over the default', () => {
  const environment = { EGREGORE_PORT: '1', EGREGORE_GOSSIP_PORT: '2' }
  expect(readConfig({ port: '3' }, environment)).toMatchObject({ port: 3, gossipPort: 2, gossipIntervalSecs: 300 })
})

test('lists in the environment are separated by commas, switches are true, false, 1 or 0', () => {
  const environment = { EGREGORE_PEER: 'a:1, b:2', EGREGORE_PUSH: 'false', EGREGORE_OFFLINE: '1', EGREGORE_API: '0' }
  expect(readConfig({}, environment)).toMatchObject({ peer: ['a:1', 'b:2'], push: false, offline: true, api: false })
})

test('an empty variable is no variable', () => {
  expect(readConfig({}, { EGREGORE_PORT: '', EGREGORE_PEER: '' })).toMatchObject({ port: 7654, peer: [] })
})

test('an empty network key does not join the public network, wherever it comes from', () => {
  expect(() => readConfig({ networkKey: '' })).toThrow(/--network-key .*The key is empty/)
  expect(() => readConfig({}, { EGREGORE_NETWORK_KEY: '' })).toThrow(/--network-key .*The key is empty/)
  expect(() => readConfig({ networkKey: '' }, { EGREGORE_NETWORK_KEY: 'ours' })).toThrow(ConfigError)
})

test.each(['port', 'gossipPort', 'dataDir', 'logLevel'])('%s given as an empty text is refused', (name) => {
  expect(() => readConfig({ [name]: '' })).toThrow(ConfigError)
})

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

test('every problem is named by its flag and its variable, all at once', () => {
  try {
    readConfig({ port: 'x', logLevel: 'loud' })
    expect.fail()
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect((error as ConfigError).details.problems).toHaveLength(2)
    expect((error as ConfigError).message).toMatch(/--port \(EGREGORE_PORT\).*\n.*--log-level \(EGREGORE_LOG_LEVEL\)/)
  }
})

test('the switch --no-push is the variable EGREGORE_PUSH', () => {
  expect(environmentName(SETTINGS.push)).toBe('EGREGORE_PUSH')
})

describe('what works for whoever is in the network', () => {
  test.each(['dht', 'relay', 'upnp'] as const)('%s is off, and refused in the public network', (name) => {
    expect(readConfig({})[name]).toBe(false)
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(`^--${name} .*--network-key`),
    })
    expect(() => readConfig({ [name]: true })).toThrow(refused)
    expect(() => readConfig({ [name]: true, networkKey: DEFAULT_NETWORK_KEY })).toThrow(refused)
  })

  test.each(['dht', 'relay', 'upnp'] as const)('%s works with a network key of one’s own, or by permission', (name) => {
    expect(readConfig({ [name]: true, networkKey: 'ours' })[name]).toBe(true)
    expect(readConfig({ [name]: true, allowPublicNetwork: true })[name]).toBe(true)
  })
})
