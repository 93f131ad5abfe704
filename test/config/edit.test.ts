import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { hasSetting, withoutSetting, withSetting } from '../../src/config/edit.ts'
import { ALL_SETTINGS } from '../../src/config/index.ts'
import { configTemplate } from '../../src/config/template.ts'
import type { PlacedSetting } from '../../src/config/index.ts'

function setting(key: string): PlacedSetting {
  const found = ALL_SETTINGS.find((one) => one.key === key)
  if (found === undefined) throw new Error(`no setting ${key}`)
  return found
}

/** As somebody wrote it, with habits of their own. */
const FILE = `# ours
port: 7000   # the port

# who
peers:
- a:1   # desk
-   b:2
push_enabled:   false # quiet
api:
    enabled: true
# end
`

describe('a value that is there is replaced, and every other character stays', () => {
  test.each([
    ['port', 7001, '7000 ', '7001 '],
    ['peers', ['c:3', 'd:4'], '- a:1   # desk\n-   b:2', '- c:3\n- d:4'],
    ['peers', [], '\n- a:1   # desk\n-   b:2', ' []'],
    ['push', true, 'push_enabled:   false', 'push:   true'],
    ['api.enabled', false, 'enabled: true', 'enabled: false'],
  ])('%s becomes %j', (key, value, before, after) => {
    expect(withSetting(FILE, setting(key), value)).toBe(FILE.replace(before, after))
  })
})

describe('a new value stands', () => {
  test.each([
    ['at the end', FILE, 'dht', true, `${FILE}dht: true\n`],
    ['in a new section', FILE, 'log.level', 'warn', `${FILE}log:\n  level: warn\n`],
    ['in a section that is empty', 'log:\nport: 1\n', 'log.level', 'warn', 'log:\n  level: warn\nport: 1\n'],
    ['in a flow section', 'log: { level: info }', 'log.level', 'warn', 'log: { level: warn }'],
    ['behind a key without value', 'port:\n', 'port', 1, 'port: 1\n'],
    ['in an empty file', '', 'port', 1, 'port: 1\n'],
    ['behind a last line without end', 'dht: true', 'port', 1, 'dht: true\nport: 1\n'],
    ['with quotes where it needs them', '', 'network_key', '0042', 'network_key: "0042"\n'],
    [
      'instead of the key of the original',
      'logging:\n  level: warn\n  format: json\n',
      'log.level',
      'info',
      'logging:\n  format: json\nlog:\n  level: info\n',
    ],
    ['with the line ends of the file', 'port: 1\r\ndht: true\r\n', 'port', 2, 'port: 2\r\ndht: true\r\n'],
    ['at the end of such a file', 'port: 1\r\n', 'log.level', 'warn', 'port: 1\r\nlog:\r\n  level: warn\r\n'],
    [
      'in a section of such a file',
      'api:\r\n  enabled: true',
      'api.auth',
      'off',
      'api:\r\n  enabled: true\r\n  auth: off\r\n',
    ],
    ['in a list of such a file', 'peers:\r\n- a:1\r\n', 'peers', ['b:2', 'c:3'], 'peers:\r\n- b:2\r\n- c:3\r\n'],
  ])('%s', (_where, text, key, value, expected) => {
    expect(withSetting(text, setting(key), value)).toBe(expected)
  })

  test('in the commented file where its default is shown', () => {
    const template = configTemplate()
    expect(withSetting(template, setting('port'), 7000)).toBe(template.replace('\n#port: 7654', '\nport: 7000'))
    const quiet = template.replace('#log:', 'log:').replace('#  level: info', '  level: error')
    expect(withSetting(template, setting('log.level'), 'error')).toBe(quiet)
  })
})

describe('a value that is removed', () => {
  test.each([
    ['port', 'port: 7000   # the port\n'],
    ['peers', 'peers:\n- a:1   # desk\n-   b:2\n'],
    ['push', 'push_enabled:   false # quiet\n'],
    ['api.enabled', 'api:\n    enabled: true\n'],
  ])('%s takes its lines with it, and nothing else', (key, lines) => {
    expect(withoutSetting(FILE, setting(key))).toBe(FILE.replace(lines, ''))
    expect(hasSetting(FILE, setting(key))).toBe(true)
    expect(hasSetting(withoutSetting(FILE, setting(key)), setting(key))).toBe(false)
  })

  test('leaves a section in which something else stands', () => {
    expect(withoutSetting('log: { level: info, other: 1 }', setting('log.level'))).toBe('log: { other: 1 }\n')
    expect(withoutSetting('port: 1', setting('port'))).toBe('')
    expect(withoutSetting(FILE, setting('dht'))).toBe(FILE)
  })
})

/** Texts that YAML would take for something else, and others. */
const words = fc.oneof(
  fc.constantFrom('true', '0042', 'null', '~', '- x', 'a: b', '#', '"', "'", ' x ', '\n', '|', '>'),
  fc.string({ minLength: 1 }),
)

const changes = fc.oneof(
  fc.record({
    key: fc.constantFrom('port', 'gossip_port', 'discovery_port'),
    value: fc.integer({ min: 1, max: 65_535 }),
  }),
  fc.record({ key: fc.constantFrom('mdns', 'push', 'api.enabled', 'relay.serve', 'dht'), value: fc.boolean() }),
  fc.record({ key: fc.constantFrom('log.level'), value: fc.constantFrom('debug', 'warn', 'silent') }),
  fc.record({ key: fc.constantFrom('network_key'), value: words }),
  fc.record({ key: fc.constantFrom('peers', 'bootstrap'), value: fc.array(words, { maxLength: 4 }) }),
)

test('whatever is set in whatever order reads back the same, and keeps all comments', () => {
  const comments = ['# ours', '# who', '# end']
  fc.assert(
    fc.property(fc.constantFrom(FILE, '', configTemplate()), fc.array(changes, { maxLength: 8 }), (file, list) => {
      const wanted = new Map<string, unknown>()
      let text = file
      for (const { key, value } of list) {
        text = withSetting(text, setting(key), value)
        wanted.set(key, value)
      }
      const read = parse(text) ?? {}
      for (const [key, value] of wanted) {
        expect(key.split('.').reduce((at, name) => at[name], read)).toEqual(value)
      }
      if (file === FILE) for (const comment of comments) expect(text).toContain(comment)
      for (const { key } of list) text = withoutSetting(text, setting(key))
      for (const { key } of list) expect(hasSetting(text, setting(key))).toBe(false)
    }),
  )
})
