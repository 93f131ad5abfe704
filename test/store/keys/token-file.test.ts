import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadToken } from '../../../src/store/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

function place(): string {
  return join(temporaryDirectory(), 'api.token')
}

test('the first call makes a token that only its owner can read, and later ones give it', () => {
  const path = place()
  const token = loadToken(path)
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(readFileSync(path, 'utf8')).toBe(`${token}\n`)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(loadToken(path)).toBe(token)
  expect(loadToken(place())).not.toBe(token)
})

test('a token that its owner has chosen takes the place of the one that was made, and stays', () => {
  const path = place()
  loadToken(path)
  expect(loadToken(path, 'a-token-of-the-owner')).toBe('a-token-of-the-owner')
  expect(readFileSync(path, 'utf8')).toBe('a-token-of-the-owner\n')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(loadToken(path)).toBe('a-token-of-the-owner')
})

test.each([0o640, 0o604, 0o620, 0o666])('a token with mode %o is refused with how to mend it', (mode) => {
  const path = place()
  loadToken(path)
  chmodSync(path, mode)
  expect(() => loadToken(path)).toThrow(
    expect.objectContaining({ code: 'STORE_TOKEN_EXPOSED', message: expect.stringContaining(`chmod 600 ${path}`) }),
  )
})

test.each(['x'.repeat(16), 'x'.repeat(512), 'aA0._~+/-aaaaaaa==', `  ${'x'.repeat(20)}\n\n`])(
  'a token of its owner is taken: %j',
  (text) => {
    const path = place()
    writeFileSync(path, text, { mode: 0o600 })
    expect(loadToken(path)).toBe(text.trim())
  },
)

test.each([
  '',
  '\n',
  'x'.repeat(15),
  'x'.repeat(513),
  'two words that are long',
  'line one line\nline two line',
  'ümlautümlautümlaut',
  ' '.repeat(4_097),
])('what is no token is refused: %j', (text) => {
  const path = place()
  writeFileSync(path, text, { mode: 0o600 })
  expect(() => loadToken(path)).toThrow(expect.objectContaining({ code: 'STORE_TOKEN_INVALID' }))
})

test('a place that is no file is refused', () => {
  const path = place()
  mkdirSync(path, { mode: 0o700 })
  expect(() => loadToken(path)).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }))
})
