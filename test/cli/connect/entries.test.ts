import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CLIENTS } from '../../../src/cli/connect/client.ts'
import { entryIn, isBare, printedEntry, withEntry } from '../../../src/cli/connect/entries.ts'
import { TextError } from '../../../src/cli/connect/text-error.ts'

const OURS = { command: 'node', args: ['bin.js', 'mcp', '--data-dir', '/a b/"c"'] }

describe('JSON', () => {
  const { cursor, vscode } = CLIENTS

  test('an entry goes beside the others, in the manner of the file, and its comments stay', () => {
    const text = '{\n\t// mine\n\t"mcpServers": {\n\t\t"other": { "url": "http://x" }, // theirs\n\t},\n\t"z": 1\n}\n'
    const after = withEntry(cursor, text, 'egregore', { url: 'u' }) ?? ''
    expect(after).toContain('// mine')
    expect(after).toContain('"other": { "url": "http://x" }')
    expect(after).toContain('// theirs')
    expect(after).toContain('\t\t"egregore": {\n\t\t\t"url": "u"\n\t\t}')
    expect(entryIn(cursor, after, 'other')).toEqual({ url: 'http://x' })
  })

  test.each(['', ' \n', '{}', '{ "mcpServers": null }', '\ufeff{ "a": 1 }'])('%j takes an entry', (text) => {
    expect(entryIn(cursor, withEntry(cursor, text, 'egregore', OURS) ?? '', 'egregore')).toEqual(OURS)
  })

  test.each([
    ['{ "a": ', 1, 8],
    ['{\n  "a": 1,\n  b: 2 }', 3, 3],
    ['[]', 1, 1],
    ['7', 1, 1],
  ])('%j is refused with its place', (text, line, column) => {
    expect(() => entryIn(cursor, text, 'egregore')).toThrow(
      expect.objectContaining({ name: 'TextError', line, column }),
    )
  })

  test.each(['{ "servers": [] }', '{ "servers": 7 }'])('%j has no section for servers', (text) => {
    expect(() => entryIn(vscode, text, 'egregore')).toThrow(TextError)
  })

  test('a key that stands twice cannot be changed safely', () => {
    const text = '{ "mcpServers": { "a": {} }, "mcpServers": { "egregore": { "url": "old" } } }'
    expect(withEntry(cursor, text, 'egregore', OURS)).toBeUndefined()
  })

  test('whatever else a file says, it says afterwards', () => {
    const servers = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))
    const indent = fc.constantFrom(undefined, 2, 4, '\t')
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), servers, indent, (others, list, space) => {
        fc.pre(!('__proto__' in list) && !Object.hasOwn(others, '__proto__') && !Object.hasOwn(list, '__proto__'))
        const text = JSON.stringify({ ...others, mcpServers: list }, undefined, space)
        const after = withEntry(cursor, text, 'egregore', OURS)
        expect(JSON.parse(after ?? '')).toEqual({
          ...JSON.parse(text),
          mcpServers: { ...JSON.parse(text).mcpServers, egregore: OURS },
        })
        const back = withEntry(cursor, after ?? '', 'egregore', JSON.parse(text).mcpServers.egregore)
        expect(JSON.parse(back ?? '')).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('TOML', () => {
  const { codex } = CLIENTS
  const FILE = `# my settings
model = "o" # the best

[mcp_servers.other]
command = "x"

[mcp_servers.egregore] # old
command = "old"

[mcp_servers.egregore.env]
A = "1"

# about projects
[projects."/a.b"]
trust_level = "trusted"
`

  test('an entry is appended, and every line that was there stays', () => {
    const text = FILE.replace(/\[mcp_servers.egregore\][\s\S]*?"1"\n\n/, '')
    const after = withEntry(codex, text, 'egregore', OURS) ?? ''
    expect(after.startsWith(text)).toBe(true)
    expect(entryIn(codex, after, 'egregore')).toEqual(OURS)
    expect(withEntry(codex, after, 'egregore', undefined)?.trimEnd()).toBe(text.trimEnd())
  })

  test('an entry that is there is replaced in its place, with its tables below', () => {
    const after = withEntry(codex, FILE, 'egregore', { url: 'u' })
    expect(after).toBe(FILE.replace(/\[mcp_servers.egregore\][\s\S]*?"1"\n/, '[mcp_servers.egregore]\nurl = "u"\n'))
  })

  test('an entry is taken out, and the comments of the next table stay', () => {
    const after = withEntry(codex, FILE, 'egregore', undefined)
    expect(after).toContain('# about projects\n[projects."/a.b"]')
    expect(after).not.toContain('egregore')
  })

  test.each(['', '\n', '# nothing\n', '[mcp_servers]\n', '\ufeffa = 1\n', 'a = 1'])('%j takes an entry', (text) => {
    const after = withEntry(codex, text, 'egregore', OURS) ?? ''
    expect(entryIn(codex, after, 'egregore')).toEqual(OURS)
    expect(after).toContain(text.trim())
  })

  test('the line ends of the file are kept', () => {
    expect(withEntry(codex, 'a = 1\r\n', 'egregore', { url: 'u' })).toBe(
      'a = 1\r\n\r\n[mcp_servers.egregore]\r\nurl = "u"\r\n',
    )
  })

  test('a name in quotes is the same name', () => {
    expect(withEntry(codex, '[mcp_servers."egregore"]\nurl = "old"\n', 'egregore', { url: 'u' })).toBe(
      '[mcp_servers.egregore]\nurl = "u"\n',
    )
  })

  test.each([
    ['an inline table', 'mcp_servers = { egregore = { url = "old" } }\n'],
    ['dotted keys', 'mcp_servers.egregore.url = "old"\n'],
    ['a header within a text', 'a = """\n[mcp_servers.egregore]\n"""\n[mcp_servers.egregore]\nurl = "x"\n'],
    ['tables apart', '[mcp_servers.egregore]\nurl = "x"\n[other]\n[mcp_servers.egregore.env]\nA = "1"\n'],
  ])('%s cannot be changed safely', (_what, text) => {
    expect(withEntry(codex, text, 'egregore', { url: 'u' })).toBeUndefined()
  })

  test('what is no TOML is refused with its place', () => {
    expect(() => entryIn(codex, 'a = 1\nb = \n', 'egregore')).toThrow(
      expect.objectContaining({ name: 'TextError', line: 2 }),
    )
  })
})

test('a file is bare when only our frame is left, and not when somebody wrote a comment', () => {
  expect(isBare(CLIENTS.cursor, '{ "mcpServers": {} }')).toBe(true)
  expect(isBare(CLIENTS.cursor, '{ "mcpServers": { "other": {} } }')).toBe(false)
  expect(isBare(CLIENTS.cursor, '{} // mine')).toBe(false)
  expect(isBare(CLIENTS.codex, '')).toBe(true)
})

test.each(Object.values(CLIENTS))('what is printed for $title reads back', (client) => {
  expect(entryIn(client, printedEntry(client, 'egregore', OURS), 'egregore')).toEqual(OURS)
})
