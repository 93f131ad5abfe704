import fc from 'fast-check'
import { expect, test } from 'vitest'
import { yamlLayer } from '../../src/config/yaml-layer.ts'
import { load, problemsOf } from './loaded.ts'

test('sections are nested', async () => {
  const { config } = await load(
    'api:\n  enabled: false\nlog:\n  level: warn\nrelay: { serve: true }\nnetwork_key: ours',
  )
  expect(config).toMatchObject({ api: { enabled: false }, log: { level: 'warn' }, relay: { serve: true } })
})

test.each(['', '# nothing\n', '---\n', '---\n...\n', '{}', 'null', 'port:\npeers:\napi:\n', 'port: ~\n'])(
  '%j gives the defaults',
  async (yaml) => {
    expect((await load(yaml)).config).toMatchObject({ port: 7654, peers: [], api: { enabled: true } })
  },
)

test('an empty network key does not join the public network', async () => {
  expect(await problemsOf('network_key:')).toEqual([
    expect.stringMatching(/^config.yaml:1:13: network_key: expected a text in quotes/),
  ])
  expect(await problemsOf('network_key: ""')).toEqual([expect.stringContaining('network_key: the key is empty')])
  expect(await problemsOf('network_keys:\n#  - ours')).toEqual([
    expect.stringContaining('network_keys: expected a list'),
  ])
})

test('every problem is named with its line and column, what was found and what was expected', async () => {
  const yaml = [
    'prot: 7654',
    'gossip_port: "7655"',
    'discovery_port: 0',
    'relay: true',
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
    'config.yaml:4:8: relay: expected a section with serve',
    'config.yaml:6:3: log.levle: there is no such setting. Did you mean "level"?',
    'config.yaml:9:5: peers[1]: expected a text in quotes, found 2',
    'config.yaml:10:14: network_key: expected a text in quotes',
  ])
})

test.each([
  ['port: true', 'port: expected a whole number from 0 to 65535, found true'],
  ['port: 7654.5', 'port: expected a whole number from 0 to 65535, found 7654.5'],
  ['port: [1]', 'port: expected a whole number from 0 to 65535, found [1]'],
  ['met: yes', 'met: expected true or false, found "yes"'],
  ['peers: host:1', 'peers: expected a list, found "host:1"'],
  ['peers: { a: 1 }', 'peers: expected a list, found {"a":1}'],
  [
    'log: { level: loud }',
    'log.level: expected debug, info, warn, error, silent, or one for each part, such as network=debug,warn, found "loud"',
  ],
  ['relay: [serve]', 'relay: expected a section with serve'],
  ['gossip_bind: somewhere', 'gossip_bind: expected an IP address, found "somewhere"'],
  ['api: { token: too-short }', 'api.token: expected 16 to 512 letters, digits or any of'],
  ['data_dir: ~bob/data', 'data_dir: expected a path: ~ stands only before /'],
  ['network_key: CHANGE_ME', 'network_key: CHANGE_ME stands for a key that was never chosen'],
])('%s is refused', async (yaml, problem) => {
  expect(await problemsOf(yaml)).toEqual([expect.stringContaining(problem)])
})

test.each([
  ['port: 1\nlog: {}\nport: 2', 'config.yaml:3:1: this key stands a second time here: leave one of the two'],
  [
    'api:\n  enabled: true\n  enabled: false',
    'config.yaml:3:3: this key stands a second time here: leave one of the two',
  ],
  ['push: true\npush_enabled: false', 'config.yaml:2:1: push: it is set already, in line 1'],
  ['log: { level: info }\nlogging: { level: info }', 'config.yaml:2:12: log.level: it is set already, in line 1'],
])('%j sets one thing twice', async (yaml, problem) => {
  expect(await problemsOf(yaml)).toEqual([expect.stringContaining(problem)])
})

test.each([
  [
    'two documents',
    'port: 1\n---\nport: 2',
    'config.yaml:2:1: a second document begins here ("---"), and a configuration is one',
  ],
  ['a tab', 'api:\n\tenabled: true', 'config.yaml:2:1: lines are indented by spaces, and this one has a tab'],
  ['an open quote', 'port: 1\nnetwork_key: "x', 'config.yaml:2:16: Missing closing "quote'],
  ['an open bracket', 'peers: [a:1', 'config.yaml:1:12: '],
  ['a second document', 'port: 1\n---\nport: 2', 'config.yaml:2:1: '],
  ['an unknown anchor', 'port: *x', 'config.yaml:1:7: '],
  ['a list at the top', '- port', 'config.yaml:1:1: expected lines such as "port: 7654"'],
  ['a word at the top', 'port', 'config.yaml:1:1: expected lines such as "port: 7654"'],
  ['a list as a key', '? [port]\n: 1', 'config.yaml:1:3: '],
  ['an unknown tag', 'port: !!js/function x', 'config.yaml:1:'],
])('%s is told with its place', async (_what, yaml, problem) => {
  const problems = await problemsOf(yaml)
  expect(problems[0]).toContain(problem)
})

test('all mistakes of syntax are told at once', async () => {
  expect(await problemsOf('port: 1\nport: 2\nmet: true\nmet: false')).toHaveLength(2)
})

test('aliases are followed, and do not unfold to gigabytes', async () => {
  expect((await load('bootstrap: &all [a:1]\npeers: *all')).config.peers).toEqual(['a:1'])
  const bomb = [
    'x0: &x0 [a]',
    ...Array.from({ length: 30 }, (_, n) => `x${n + 1}: &x${n + 1} [*x${n}, *x${n}, *x${n}]`),
  ]
  const problems = await problemsOf(`${bomb.join('\n')}\npeers: *x30`)
  expect(problems.at(-1)).toMatch(/^config.yaml:32:8: peers: .*alias/)
})

test('a hundred thousand open brackets are told, not suffered', async () => {
  expect(await problemsOf(`peers: ${'['.repeat(100_000)}`)).not.toEqual([])
})

test('whatever the text, reading answers with settings or with problems that have a line', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('port: 1', 'api:', '  enabled: false', '\t', '- x', '? &a *a', '<<: 1'),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { problems } = yamlLayer(lines.join('\n'), 'config.yaml')
      for (const { origin } of problems) {
        expect(origin).toMatchObject({ kind: 'file', line: expect.toSatisfy((found: number) => found >= 1) })
      }
    }),
  )
})
