import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CLIENT_FILE_BYTES_MAX } from '../../../src/cli/connect/client-file.ts'
import { CLIENTS, ClientFile, ConnectionRecord, connect, disconnect } from '../../../src/cli/connect/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import type { ClientName, Place } from '../../../src/cli/connect/index.ts'

const OURS = { command: 'node', args: ['bin.js', 'mcp'] }

interface Placed extends Place {
  path: string
  text: () => string
}

function placed(client: ClientName, content?: string): Placed {
  const home = temporaryDirectory()
  const path = join(home, 'settings', 'file')
  if (content !== undefined) {
    mkdirSync(join(home, 'settings'))
    writeFileSync(path, content, { mode: 0o640 })
    chmodSync(path, 0o640)
  }
  return {
    client: CLIENTS[client],
    file: new ClientFile(path),
    record: new ConnectionRecord(join(home, 'data', 'connections.json')),
    name: 'egregore',
    path,
    text: () => readFileSync(path, 'utf8'),
  }
}

const JSON_FILE = '{\n    // mine\n    "mcpServers": { "other": { "url": "u" } }, "z": [1,2]\n}'
const TOML_FILE = '# mine\na = 1\n[mcp_servers.other]\nurl = "u"'

describe.each([
  ['cursor', JSON_FILE],
  ['codex', TOML_FILE],
] as const)('%s', (client, content) => {
  test('what is written is taken back to the last character, and the backup with it', () => {
    const place = placed(client, content)
    expect(connect(place, OURS)).toBe('connected')
    expect(place.text()).not.toBe(content)
    expect(readFileSync(place.file.backup, 'utf8')).toBe(content)
    expect(disconnect(place)).toBe('disconnected')
    expect(place.text()).toBe(content)
    expect(existsSync(place.file.backup)).toBe(false)
  })

  test('twice is once', () => {
    const place = placed(client, content)
    connect(place, OURS)
    const text = place.text()
    expect(connect(place, OURS)).toBe('unchanged')
    expect(place.text()).toBe(text)
    expect(readFileSync(place.file.backup, 'utf8')).toBe(content)
  })

  test('connected anew in another way, it still goes back to what stood there before us', () => {
    const place = placed(client, content)
    connect(place, { url: 'theirs' })
    place.record.drop({ path: place.path, name: 'egregore' }) // As if somebody else had written it.
    const before = place.text()
    connect(place, OURS)
    connect(place, { url: 'http://127.0.0.1:1/mcp' })
    expect(disconnect(place)).toBe('disconnected')
    expect(place.text()).toBe(before)
  })

  test('what others write in between stays', () => {
    const place = placed(client, content)
    connect(place, OURS)
    const added =
      client === 'codex' ? `${place.text()}[later]\nb = 2\n` : place.text().replace('"z"', '"later": 1, "z"')
    writeFileSync(place.path, added)
    disconnect(place)
    expect(place.text()).toContain('later')
    expect(place.text()).not.toContain('egregore')
    expect(existsSync(place.file.backup)).toBe(true)
  })

  test('an entry that somebody changed is left alone', () => {
    const place = placed(client, content)
    connect(place, OURS)
    const changed = place.text().replaceAll('bin.js', 'other.js')
    writeFileSync(place.path, changed)
    expect(() => disconnect(place)).toThrow(expect.objectContaining({ code: 'CHANGED_SINCE', exitCode: 5 }))
    expect(place.text()).toBe(changed)
  })

  test('an entry that somebody took out is gone, and so is what was remembered of it', () => {
    const place = placed(client, content)
    connect(place, OURS)
    writeFileSync(place.path, content)
    expect(disconnect(place)).toBe('gone')
    expect(() => disconnect(place)).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED', exitCode: 4 }))
  })

  test('a file that was made goes again, unless somebody else uses it', () => {
    const place = placed(client)
    connect(place, OURS)
    expect(statSync(place.path).mode & 0o777).toBe(0o600)
    disconnect(place)
    expect(existsSync(place.path)).toBe(false)
    connect(place, OURS)
    connect({ ...place, name: 'second' }, OURS)
    disconnect(place)
    expect(place.text()).toContain('second')
  })

  test('a broken file is told with its place, and not touched', () => {
    const broken = client === 'codex' ? 'a = 1\nb = ' : '{\n "a": '
    const place = placed(client, broken)
    expect(() => connect(place, OURS)).toThrow(
      expect.objectContaining({ code: 'CLIENT_FILE_BROKEN', message: expect.stringContaining(`${place.path}:2:`) }),
    )
    expect(place.text()).toBe(broken)
    expect(existsSync(place.file.backup)).toBe(false)
  })

  test('the mode of the file is kept, for the backup too', () => {
    const place = placed(client, content)
    connect(place, OURS)
    for (const path of [place.path, place.file.backup]) expect(statSync(path).mode & 0o777).toBe(0o640)
  })
})

test('a form that cannot be changed safely is refused, and not touched', () => {
  const place = placed('codex', 'mcp_servers = { other = { url = "u" } }\n')
  expect(() => connect(place, OURS)).toThrow(expect.objectContaining({ code: 'CLIENT_FILE_RIGID' }))
  expect(place.text()).toBe('mcp_servers = { other = { url = "u" } }\n')
})

test('a link to a file stays one', () => {
  const place = placed('cursor', '{}')
  const link = join(temporaryDirectory(), 'link')
  symlinkSync(place.path, link)
  connect({ ...place, file: new ClientFile(link) }, OURS)
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(place.text()).toContain('egregore')
})

test('a file is at most 64 MiB, in UTF-8, and a file', () => {
  const unreadable = expect.objectContaining({ code: 'CLIENT_FILE_UNREADABLE' })
  const large = placed('cursor', '{}')
  truncateSync(large.path, CLIENT_FILE_BYTES_MAX + 1)
  expect(() => connect(large, OURS)).toThrow(unreadable)
  const latin = placed('cursor', '')
  writeFileSync(latin.path, Buffer.from([0x7b, 0xff, 0x7d]))
  expect(() => connect(latin, OURS)).toThrow(unreadable)
  const directory = placed('cursor')
  mkdirSync(directory.path, { recursive: true })
  expect(() => connect(directory, OURS)).toThrow(unreadable)
})

test('a list of connections that cannot be read stops everything before anything is written', () => {
  const place = placed('cursor', '{}')
  connect(place, OURS)
  const list = join(place.path, '../../data/connections.json')
  writeFileSync(list, '{')
  const text = place.text()
  expect(() => connect(place, { url: 'u' })).toThrow(expect.objectContaining({ code: 'CONNECTIONS_UNREADABLE' }))
  expect(place.text()).toBe(text)
})
