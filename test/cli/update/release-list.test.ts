import { expect, test } from 'vitest'
import { releasesAfter } from '../../../src/cli/update/release-list.ts'
import { listOf, makerKey, release, signedList } from '../../support/release-source.ts'

const { secret, key } = makerKey()
const KEY = Buffer.from(key, 'base64')
const NOW = Date.parse('2026-11-27T00:00:00Z')

function newerThan(version: string, text: string): string[] {
  return releasesAfter(version, text, KEY, NOW).map((found) => found.version)
}

test('newer releases come by number, the newest first; older ones and the same never', () => {
  const list = listOf(...['0.2.0', '0.10.0', '0.1.0', '0.0.9', '1.0.0', '0.1.1'].map((version) => release(version)))
  expect(newerThan('0.1.0', signedList(secret, list))).toEqual(['1.0.0', '0.10.0', '0.2.0', '0.1.1'])
  expect(newerThan('0.10.0-beta.1', signedList(secret, list))).toEqual(['1.0.0'])
  expect(newerThan('1.0.0', signedList(secret, list))).toEqual([])
})

test('fields that a later format adds are no harm', () => {
  expect(newerThan('0.1.0', signedList(secret, { ...listOf(release('0.2.0', { more: 1 })), more: 1 }))).toEqual([
    '0.2.0',
  ])
})

test('nothing is believed that the key did not sign', () => {
  const list = signedList(secret, listOf(release('0.2.0')))
  const { signed, signature } = JSON.parse(list)
  const untrusted = expect.objectContaining({ code: 'RELEASES_UNTRUSTED', exitCode: 1 })
  for (const text of [
    signedList(makerKey().secret, listOf(release('0.2.0'))),
    JSON.stringify({ signed: signed.replace('0.2.0', '9.2.0'), signature }),
    JSON.stringify({ signed, signature: '' }),
    JSON.stringify({ signed, signature: Buffer.alloc(64).toString('base64') }),
  ])
    expect(() => newerThan('0.1.0', text)).toThrow(untrusted)
})

test('a list has an end, so that a newer one cannot be kept back for ever', () => {
  const until = (expires_at: string) => signedList(secret, { ...listOf(release('0.2.0')), expires_at })
  expect(newerThan('0.1.0', until('2026-11-27T00:00:00.001Z'))).toEqual(['0.2.0'])
  const expired = expect.objectContaining({ code: 'RELEASES_EXPIRED' })
  expect(() => newerThan('0.1.0', until('2026-11-27T00:00:00Z'))).toThrow(expired)
})

test.each([
  ['no JSON', '<html>'],
  ['no envelope', '{}'],
  ['signed, and no JSON', signedList(secret, '<html>')],
  ['another format', signedList(secret, { ...listOf(), format: 'egregore-releases/2' })],
  ['no end', signedList(secret, { format: 'egregore-releases/1', releases: [] })],
  ['a version that is none', signedList(secret, listOf(release('1.0')))],
  ['a version with words', signedList(secret, listOf(release('1.0.0-rc.1')))],
  ['no bytes', signedList(secret, listOf(release('1.0.0', { bytes: 0 })))],
  ['more than 1 GiB', signedList(secret, listOf(release('1.0.0', { bytes: 2 ** 30 + 1 })))],
  ['another hash', signedList(secret, listOf(release('1.0.0', { sha256: 'abc' })))],
  ['notes without end', signedList(secret, listOf(release('1.0.0', { notes: 'x'.repeat(4_001) })))],
  ['too many releases', signedList(secret, listOf(...Array.from({ length: 1_001 }, (_, n) => release(`1.0.${n}`))))],
])('%s is no list', (_, text) => {
  expect(() => newerThan('0.1.0', text)).toThrow(expect.objectContaining({ code: 'RELEASES_INVALID', exitCode: 1 }))
})

test('1 GiB, 4,000 characters and 1,000 releases are within the limits', () => {
  const most = release('1.0.0', { bytes: 2 ** 30, notes: 'x'.repeat(4_000) })
  const others = Array.from({ length: 999 }, (_, n) => release(`0.0.${n}`))
  expect(newerThan('0.1.0', signedList(secret, listOf(most, ...others)))).toEqual(['1.0.0'])
})
