import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadIdentity } from '../../src/store/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

function secretOf(directory: string): string {
  return join(directory, 'secret.key')
}

test('the first start makes an identity, later ones load the same', () => {
  const directory = temporaryDirectory()
  const first = loadIdentity(directory)
  const second = loadIdentity(directory)
  expect(first.isNew).toBe(true)
  expect(second.isNew).toBe(false)
  expect(second.identity.author).toBe(first.identity.author)
})

test('the secret is the raw seed, for its owner only; the public text stands beside it', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  expect(readFileSync(secretOf(directory))).toEqual(Buffer.from(identity.seed))
  expect(statSync(secretOf(directory)).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(directory, 'public.key'), 'utf8').trim()).toBe(identity.author)
})

test.each([0o640, 0o604, 0o666])('a key with mode %o is refused, with the command that mends it', (mode) => {
  const directory = temporaryDirectory()
  loadIdentity(directory)
  chmodSync(secretOf(directory), mode)
  expect(() => loadIdentity(directory)).toThrow(
    expect.objectContaining({ code: 'STORE_KEY_EXPOSED', message: expect.stringContaining('chmod 600') }),
  )
})

test.each([0, 31, 33])('a key of %i bytes is refused and kept', (length) => {
  const directory = temporaryDirectory()
  loadIdentity(directory)
  writeFileSync(secretOf(directory), new Uint8Array(length))
  expect(() => loadIdentity(directory)).toThrow(expect.objectContaining({ code: 'STORE_KEY_INVALID' }))
  expect(statSync(secretOf(directory)).size).toBe(length)
})

test('with only an encrypted key, no second identity is made', () => {
  const directory = temporaryDirectory()
  loadIdentity(directory)
  rmSync(secretOf(directory))
  writeFileSync(`${secretOf(directory)}.enc`, 'sealed')
  expect(() => loadIdentity(directory)).toThrow(expect.objectContaining({ code: 'STORE_KEY_ENCRYPTED' }))
})
