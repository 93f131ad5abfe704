import { expect, test } from 'vitest'
import { createIdentity } from '../../../src/feed/index.ts'
import { openSealedKey, parseSealedKey, sealKey } from '../../../src/store/keys/sealed-key.ts'

/** Cheap: the tests derive many keys. */
const COST = { memoryKib: 8, passes: 1 }

const identity = createIdentity(new Uint8Array(32).fill(7))

/** A sealed key, with some of its fields replaced. */
function changed(replace: (fields: Record<string, Record<string, unknown>>) => void): string {
  const fields = JSON.parse(sealKey(identity, 'open sesame', COST))
  replace(fields)
  return JSON.stringify(fields)
}

test('what was sealed is opened by the same passphrase', () => {
  const sealed = parseSealedKey(sealKey(identity, 'open sesame', COST), 'key')
  expect(openSealedKey(sealed, 'open sesame', 'key').seed).toEqual(identity.seed)
})

test('a key sealed elsewhere and earlier is opened', () => {
  const text = JSON.stringify({
    format: 'egregore-sealed-key/1',
    author: identity.author,
    kdf: { name: 'argon2id', memory_kib: 64, passes: 2, lanes: 1, salt: 'AAECAwQFBgcICQoLDA0ODw==' },
    cipher: 'xchacha20-poly1305',
    nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    box: FIXED_BOX,
  })
  expect(openSealedKey(parseSealedKey(text, 'key'), 'correct horse', 'key').author).toBe(identity.author)
})

test('a passphrase is the same however its accents are composed', () => {
  const sealed = parseSealedKey(sealKey(identity, 'caf\u00e9', COST), 'key')
  expect(openSealedKey(sealed, 'cafe\u0301', 'key').author).toBe(identity.author)
})

test('another passphrase is refused, and says that nothing was changed', () => {
  const sealed = parseSealedKey(sealKey(identity, 'open sesame', COST), 'some/path')
  expect(() => openSealedKey(sealed, 'open barley', 'some/path')).toThrow(
    expect.objectContaining({ code: 'STORE_PASSPHRASE_WRONG', message: expect.stringContaining('some/path') }),
  )
})

test('a box under the name of another author is refused', () => {
  const other = createIdentity(new Uint8Array(32).fill(8))
  const text = changed((fields) => Object.assign(fields, { author: other.author }))
  expect(() => openSealedKey(parseSealedKey(text, 'key'), 'open sesame', 'key')).toThrow(
    expect.objectContaining({ code: 'STORE_PASSPHRASE_WRONG' }),
  )
})

test.each<[string, (fields: Record<string, Record<string, unknown>>) => void]>([
  ['another format', (fields) => Object.assign(fields, { format: 'egregore-sealed-key/2' })],
  ['more memory than is allowed', ({ kdf = {} }) => Object.assign(kdf, { memory_kib: 1_048_577 })],
  ['less memory than Argon2 takes', ({ kdf = {} }) => Object.assign(kdf, { memory_kib: 7 })],
  ['more passes than are allowed', ({ kdf = {} }) => Object.assign(kdf, { passes: 17 })],
  ['no pass', ({ kdf = {} }) => Object.assign(kdf, { passes: 0 })],
  ['another kdf', ({ kdf = {} }) => Object.assign(kdf, { name: 'scrypt' })],
  ['half a pass', ({ kdf = {} }) => Object.assign(kdf, { passes: 1.5 })],
  ['two lanes', ({ kdf = {} }) => Object.assign(kdf, { lanes: 2 })],
  ['another cipher', (fields) => Object.assign(fields, { cipher: 'aes' })],
  ['no kdf', (fields) => Object.assign(fields, { kdf: null })],
  ['no author', (fields) => Object.assign(fields, { author: undefined })],
  ['a salt that is no text', ({ kdf = {} }) => Object.assign(kdf, { salt: 1 })],
  ['a short salt', ({ kdf = {} }) => Object.assign(kdf, { salt: 'AAECAw==' })],
  ['a salt that is no base64', ({ kdf = {} }) => Object.assign(kdf, { salt: '!' })],
  ['a short nonce', (fields) => Object.assign(fields, { nonce: 'AAAA' })],
  ['a short box', (fields) => Object.assign(fields, { box: 'AAAA' })],
])('a file with %s is refused before any work is done for it', (_what, replace) => {
  expect(() => parseSealedKey(changed(replace), 'key')).toThrow(expect.objectContaining({ code: 'STORE_KEY_INVALID' }))
})

test('a file that is no JSON is refused', () => {
  expect(() => parseSealedKey('sealed', 'key')).toThrow(expect.objectContaining({ code: 'STORE_KEY_INVALID' }))
})

test.each([
  ['memory', 1_048_576, 1],
  ['passes', 8, 16],
])('a file at the limit of %s is well-formed', (_what, memory, passes) => {
  const text = changed(({ kdf = {} }) => Object.assign(kdf, { memory_kib: memory, passes }))
  expect(parseSealedKey(text, 'key').kdf).toMatchObject({ memory_kib: memory, passes })
})

/** The seed of 32 sevens, sealed by other implementations: the reference Argon2 and libsodium. */
const FIXED_BOX = 'DRkEdYh4MmF8TRqaXuaMJOcVoIRaZkbKkWzZ71y61jPchAT4ShU6XH+j2Yu10FS8'
