import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram, runVerb } from '../support/node-process.ts'
import {
  ARCHIVE,
  listOf,
  makerKey,
  programWith,
  release,
  serve,
  serveFiles,
  signedList,
} from '../support/release-source.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const { secret, key } = makerKey()

const NEWER = signedList(secret, listOf(release('0.2.0', { notes: 'It \u001b[31mflies.' }), release('0.0.9')))

/** A program whose source answers these files, and a directory for what it fetches. */
async function updating(files: Record<string, string | Buffer>) {
  const url = await serveFiles(files)
  return updatingFrom(`${url}/releases.json`)
}

function updatingFrom(url: string) {
  const { bin, folder } = programWith({ url, key })
  const to = join(temporaryDirectory(), 'to')
  const run = async (...words: string[]) => {
    const ended = await runProgram(bin, ['update', ...words, '--to', to])
    return { ...ended, code: ended.stderr.startsWith('{') ? JSON.parse(ended.stderr).error.code : undefined }
  }
  return { run, to, folder, archive: join(to, 'egregore-0.2.0.tar.gz') }
}

test('--check says what is new, and fetches nothing else', async () => {
  const { run, to } = await updating({ '/releases.json': NEWER })
  const checked = await run('--check')
  expect(checked).toMatchObject({ exitCode: 0, stderr: '' })
  expect(checked.stdout).toBe(
    '0.2.0, of 2026-11-01: It flies.\nThis is 0.1.0. "egregore update" fetches the newest and verifies it.\n',
  )
  expect(JSON.parse((await run('--check', '--json')).stdout)).toMatchObject({
    current: '0.1.0',
    newer: [{ version: '0.2.0' }],
  })
  expect(existsSync(to)).toBe(false)
})

test('a release is fetched, verified, and put beside what runs, which stays as it is', async () => {
  const { run, to, folder, archive } = await updating({ '/releases.json': NEWER, '/0.2.0.tar.gz': ARCHIVE })
  const before = readFileSync(join(folder, 'package.json'), 'utf8')
  const updated = await run()
  expect(updated).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('its signature and SHA-256 are right') })
  expect(updated.stdout).toContain(`tar -xzf ${archive} -C ${join(folder, '..')}`)
  expect(readFileSync(archive)).toEqual(ARCHIVE)
  expect(readdirSync(to)).toEqual(['egregore-0.2.0.tar.gz'])
  expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(before)

  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ outcome: 'there', version: '0.2.0', path: archive })
  const under = await runProgram(join(folder, 'src/cli/bin.js'), ['update', '--json', '--to', join(archive, 'below')])
  expect([under.exitCode, JSON.parse(under.stderr).error.code]).toEqual([1, 'FILE_UNWRITABLE'])
  writeFileSync(archive, 'mine')
  expect(await run('--json')).toMatchObject({ exitCode: 5, code: 'FILE_TAKEN' })
  expect(readFileSync(archive, 'utf8')).toBe('mine')
})

test('what is not newer is never fetched', async () => {
  const { run, to } = await updating({
    '/releases.json': signedList(secret, listOf(release('0.1.0'), release('0.0.9'))),
  })
  expect(await run()).toMatchObject({ exitCode: 0, stdout: 'egregore 0.1.0 is the newest release.\n' })
  expect(existsSync(to)).toBe(false)
})

test.each([
  ['cut short', ARCHIVE.subarray(1), /ended after 33 of 34 bytes/],
  ['too long', Buffer.concat([ARCHIVE, ARCHIVE]), /more than the 34 bytes/],
  ['another', Buffer.from(ARCHIVE).fill('x', 3, 4), /its SHA-256 differs/],
])('an archive that is %s is thrown away', async (_, archive, why) => {
  const { run, to } = await updating({ '/releases.json': NEWER, '/0.2.0.tar.gz': archive })
  const refused = await run('--json')
  expect(refused).toMatchObject({ exitCode: 1, code: 'RELEASE_DAMAGED', stderr: expect.stringMatching(why) })
  expect(readdirSync(to)).toEqual([])
})

test('a line that breaks in the middle leaves nothing behind', async () => {
  const url = await serve(({ url: path }, response) => {
    if (path === '/releases.json') response.end(NEWER)
    else
      response.writeHead(200, { 'content-length': ARCHIVE.length }).write(ARCHIVE.subarray(9), () => response.destroy())
  })
  const { run, to } = updatingFrom(`${url}/releases.json`)
  expect(await run('--json')).toMatchObject({ exitCode: 1, code: 'RELEASES_UNREACHABLE' })
  expect(readdirSync(to)).toEqual([])
})

test('a list of another maker, none, and one without end are refused', async () => {
  const forged = signedList(makerKey().secret, listOf(release('9.0.0')))
  expect(await (await updating({ '/releases.json': forged })).run('--json')).toMatchObject({
    exitCode: 1,
    code: 'RELEASES_UNTRUSTED',
  })
  const none = await (await updating({})).run('--json')
  expect(none).toMatchObject({ exitCode: 1, code: 'RELEASES_UNREACHABLE', stderr: expect.stringContaining('404') })
  const endless = await (await updating({ '/releases.json': 'x'.repeat(1024 * 1024 + 1) })).run('--json')
  expect(endless).toMatchObject({
    exitCode: 1,
    code: 'RELEASES_INVALID',
    stderr: expect.stringContaining('longer than'),
  })
  const closed = await updatingFrom(await serve((_, response) => void response.destroy())).run('--json')
  expect(closed).toMatchObject({
    exitCode: 1,
    code: 'RELEASES_UNREACHABLE',
    stderr: expect.stringContaining('other side closed'),
  })
})

test('redirects are followed three times, never in the clear to another machine', async () => {
  const url = await serve(({ url: path = '' }, response) => {
    const [, left = 0] = /^\/(\d)$/.exec(path) ?? []
    if (path === '/releases.json') response.end(NEWER)
    else if (path === '/away') response.writeHead(302, { location: 'http://192.0.2.1/releases.json' }).end()
    else if (path === '/other') response.writeHead(302, { location: 'https://127.0.0.1/releases.json' }).end()
    else response.writeHead(302, { location: Number(left) > 1 ? `/${Number(left) - 1}` : '/releases.json' }).end()
  })
  expect(await updatingFrom(`${url}/3`).run('--check')).toMatchObject({ exitCode: 0 })
  for (const [path, why] of [
    ['/4', 'more than 3 redirects'],
    ['/away', 'only https is used'],
    ['/other', 'leads from http: to https:'],
  ] as const) {
    const refused = await updatingFrom(`${url}${path}`).run('--check', '--json')
    expect(refused).toMatchObject({ code: 'RELEASES_UNREACHABLE', stderr: expect.stringContaining(why) })
  }
})

test('without a source there is nothing to update from, and in a clone git does it', async () => {
  const none = programWith(undefined)
  const told = await runProgram(none.bin, ['update', '--check', '--json'])
  expect([told.exitCode, JSON.parse(told.stderr).error.code]).toEqual([4, 'NO_RELEASE_SOURCE'])

  const clone = programWith({ url: `${await serveFiles({ '/releases.json': NEWER })}/releases.json`, key })
  mkdirSync(join(clone.folder, '.git'))
  const refused = await runProgram(clone.bin, ['update', '--json'])
  expect([refused.exitCode, JSON.parse(refused.stderr).error.code]).toEqual([5, 'UPDATE_IN_CLONE'])
  expect(refused.stderr).toContain('git pull && npm ci')
  expect(await runProgram(clone.bin, ['update', '--check'])).toMatchObject({ exitCode: 0 })
})

test.each([
  ['http to another machine', { url: 'http://example.org/releases.json', key }, 'expected https'],
  ['a key that is too short', { url: 'https://example.org/', key: 'AAAA' }, 'expected the 32 bytes'],
  ['no key', { url: 'https://example.org/' }, 'expected the 32 bytes'],
])('a source with %s is no source', async (_, releases, why) => {
  const ended = await runProgram(programWith(releases).bin, ['update', '--json'])
  expect([ended.exitCode, JSON.parse(ended.stderr).error.code]).toEqual([1, 'RELEASE_SOURCE_INVALID'])
  expect(ended.stderr).toContain(why)
})

test('this program names no source yet, and says so', async () => {
  expect(await runVerb(['update'])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('names no source') })
})
