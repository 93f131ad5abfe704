import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exportIdentity, importIdentity, loadIdentity, protectIdentity } from '../../../src/store/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

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

/** Cheap: the tests derive many keys. */
const COST = { memoryKib: 8, passes: 1 }

const OPEN_SESAME = { passphrase: 'open sesame', cost: COST }

function sealedOf(directory: string): string {
  return join(directory, 'secret.key.enc')
}

function refusal(code: string) {
  return expect.objectContaining({ code })
}

test('a first start with a passphrase leaves no plain key behind', () => {
  const directory = temporaryDirectory()
  const { identity, isNew } = loadIdentity(directory, OPEN_SESAME)
  expect(isNew).toBe(true)
  expect(existsSync(secretOf(directory))).toBe(false)
  expect(statSync(sealedOf(directory)).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(directory, 'public.key'), 'utf8').trim()).toBe(identity.author)
  expect(loadIdentity(directory, OPEN_SESAME)).toMatchObject({ isNew: false, identity: { author: identity.author } })
})

test('a plain key is encrypted by the first start with a passphrase', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  expect(loadIdentity(directory, OPEN_SESAME).identity.author).toBe(identity.author)
  expect(existsSync(secretOf(directory))).toBe(false)
  expect(() => loadIdentity(directory)).toThrow(refusal('STORE_KEY_ENCRYPTED'))
})

test('a wrong passphrase is refused and changes nothing', () => {
  const directory = temporaryDirectory()
  loadIdentity(directory, OPEN_SESAME)
  const before = readFileSync(sealedOf(directory))
  expect(() => loadIdentity(directory, { ...OPEN_SESAME, passphrase: 'open barley' })).toThrow(
    refusal('STORE_PASSPHRASE_WRONG'),
  )
  expect(readFileSync(sealedOf(directory))).toEqual(before)
})

test('a crash between writing the encrypted key and removing the plain one is mended by the next start', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  const plain = readFileSync(secretOf(directory))
  loadIdentity(directory, OPEN_SESAME)
  writeFileSync(secretOf(directory), plain, { mode: 0o600 })
  expect(loadIdentity(directory).identity.author).toBe(identity.author)
  expect(loadIdentity(directory, OPEN_SESAME).identity.author).toBe(identity.author)
  expect(existsSync(secretOf(directory))).toBe(false)
})

test('two identities in one directory are refused, and both kept', () => {
  const directory = temporaryDirectory()
  loadIdentity(directory, OPEN_SESAME)
  writeFileSync(secretOf(directory), new Uint8Array(32).fill(1), { mode: 0o600 })
  expect(() => loadIdentity(directory)).toThrow(refusal('STORE_KEY_CONFLICT'))
  expect(() => loadIdentity(directory, OPEN_SESAME)).toThrow(refusal('STORE_KEY_CONFLICT'))
  expect([existsSync(secretOf(directory)), existsSync(sealedOf(directory))]).toEqual([true, true])
})

test('a passphrase is changed, and taken away', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory, OPEN_SESAME)
  protectIdentity(directory, 'open sesame', { passphrase: 'open barley', cost: COST })
  expect(() => loadIdentity(directory, OPEN_SESAME)).toThrow(refusal('STORE_PASSPHRASE_WRONG'))
  protectIdentity(directory, 'open barley', {})
  expect(existsSync(sealedOf(directory))).toBe(false)
  expect(loadIdentity(directory).identity.author).toBe(identity.author)
})

test('there is nothing to protect or export before the first start', () => {
  const directory = temporaryDirectory()
  expect(() => protectIdentity(directory, undefined, OPEN_SESAME)).toThrow(refusal('STORE_KEY_MISSING'))
  expect(() => exportIdentity(directory, undefined, 'x', COST)).toThrow(refusal('STORE_KEY_MISSING'))
})

test('an exported identity is imported elsewhere, under a passphrase or plain as before', () => {
  const { identity } = loadIdentity(temporaryDirectory())
  const home = temporaryDirectory()
  importIdentity(home, identity.seed, 'secret.key', {})
  const text = Buffer.from(exportIdentity(home, undefined, 'for the road', COST))
  const elsewhere = temporaryDirectory()
  importIdentity(elsewhere, text, 'exported.json', { passphrase: 'for the road', cost: COST })
  expect(loadIdentity(elsewhere, { passphrase: 'for the road' }).identity.author).toBe(identity.author)
})

test('a plain key that is imported over the same one under a passphrase leaves that as it is', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory, OPEN_SESAME)
  const before = readFileSync(sealedOf(directory))
  const imported = importIdentity(directory, identity.seed, 'secret.key', {})
  expect(imported).toMatchObject({ isNew: false, isSealed: true })
  expect(existsSync(secretOf(directory))).toBe(false)
  expect(readFileSync(sealedOf(directory))).toEqual(before)
  protectIdentity(directory, 'open sesame', {})
  expect(importIdentity(directory, identity.seed, 'secret.key', {})).toMatchObject({ isSealed: false })
})

test('an import never takes the place of another identity', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  expect(() => importIdentity(directory, new Uint8Array(32).fill(1), 'secret.key', {})).toThrow(
    refusal('STORE_KEY_CONFLICT'),
  )
  expect(loadIdentity(directory).identity.author).toBe(identity.author)
})

test('what has to be done before a new key is there is done before it is written, and not for one that is there', () => {
  const directory = temporaryDirectory()
  const refuse = () => {
    throw new Error('not now')
  }
  const seed = new Uint8Array(32).fill(1)
  expect(() => importIdentity(directory, seed, 'secret.key', {}, refuse)).toThrow()
  expect(existsSync(secretOf(directory))).toBe(false)
  importIdentity(directory, seed, 'secret.key', {})
  expect(importIdentity(directory, seed, 'secret.key', {}, refuse).isNew).toBe(false)
})

test('an encrypted file is not imported without its passphrase', () => {
  const home = temporaryDirectory()
  loadIdentity(home)
  const text = Buffer.from(exportIdentity(home, undefined, 'for the road', COST))
  expect(() => importIdentity(temporaryDirectory(), text, 'exported.json', {})).toThrow(refusal('STORE_KEY_ENCRYPTED'))
})

test.each([[new Uint8Array(31)], [Buffer.from('{}')]])('what is no key is not imported', (file) => {
  expect(() => importIdentity(temporaryDirectory(), file, 'file', {})).toThrow(refusal('STORE_KEY_INVALID'))
})

test('more than a key file can hold is read as none', () => {
  const directory = temporaryDirectory()
  loadIdentity(directory, { passphrase: 'for the road', cost: COST })
  const sealed = join(directory, 'secret.key.enc')
  const text = readFileSync(sealed, 'utf8')
  writeFileSync(sealed, text.padEnd(16 * 1024))
  expect(loadIdentity(directory, { passphrase: 'for the road', cost: COST }).isNew).toBe(false)
  writeFileSync(sealed, text.padEnd(16 * 1024 + 1))
  expect(() => loadIdentity(directory, { passphrase: 'for the road', cost: COST })).toThrow(
    refusal('STORE_KEY_INVALID'),
  )
})

test('a key that has changed is not taken for another identity', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  const seed = readFileSync(secretOf(directory))
  seed.writeUInt8(seed.readUInt8(3) ^ 1, 3)
  writeFileSync(secretOf(directory), seed)
  const message = expect.stringContaining(`public.key beside it names ${identity.author}`)
  expect(() => loadIdentity(directory)).toThrow(expect.objectContaining({ code: 'STORE_KEY_CONFLICT', message }))
  // Who knows that this one is right says so.
  rmSync(join(directory, 'public.key'))
  expect(loadIdentity(directory).isNew).toBe(false)
})

test('in the place of a key that is gone no other is made, until that is asked for', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  const sealed = exportIdentity(directory, undefined, OPEN_SESAME.passphrase, COST)
  rmSync(secretOf(directory))
  const message = expect.stringContaining(`The private key of ${identity.author} is no longer in`)
  expect(() => loadIdentity(directory)).toThrow(expect.objectContaining({ code: 'STORE_KEY_MISSING', message }))
  expect(existsSync(secretOf(directory))).toBe(false)
  importIdentity(directory, Buffer.from(sealed), 'me.key', OPEN_SESAME)
  expect(loadIdentity(directory, OPEN_SESAME).identity.author).toBe(identity.author)
})

test('a public.key that nobody can read keeps no node from starting', () => {
  const directory = temporaryDirectory()
  const { identity } = loadIdentity(directory)
  writeFileSync(join(directory, 'public.key'), '@not an author')
  expect(loadIdentity(directory).identity.author).toBe(identity.author)
})
