import { expect, test } from 'vitest'
import { redact } from '../../../src/cli/bugreport/redaction.ts'
import type { Known } from '../../../src/cli/bugreport/redaction.ts'

const KNOWN: Known = { secrets: [], home: '/home/alice', user: 'alice', host: 'desk' }

const redacted = (value: unknown, known: Partial<Known> = {}) => redact(value, { ...KNOWN, ...known })

test('every text of a value is looked through, and everything else stays', () => {
  const value = { a: ['the key is s3cr3t-key.', 1, null, true], 's3cr3t-key': { b: 's3cr3t-key' } }
  expect(redacted(value, { secrets: ['s3cr3t-key'] })).toEqual({
    a: ['the key is <redacted>.', 1, null, true],
    '<redacted>': { b: '<redacted>' },
  })
})

test('a secret that holds another, or what a pattern would obey, goes as a whole', () => {
  expect(redacted('abcd abcd+(x)', { secrets: ['abcd', 'abcd+(x)'] })).toBe('<redacted> <redacted>')
  expect(redacted('http://$&/', { secrets: ['$&/'.padEnd(4, '$')] })).toBe('http://$&/')
})

test.each([
  ['abc', 'abc'],
  ['abcd', '<redacted>'],
])('a secret of few letters, %s, becomes %s', (secret, expected) => {
  expect(redacted(secret, { secrets: [secret] })).toBe(expected)
})

test('the network key that everybody knows is no secret', () => {
  expect(redacted('egregore-network-v1', { secrets: ['egregore-network-v1'] })).toBe('egregore-network-v1')
})

test.each([
  ['http://bob:pass@example.org/x', 'http://<redacted>@example.org/x'],
  ['it said Authorization: Bearer abc.def', 'it said Authorization: Bearer <redacted>'],
  [`the token ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7xC0fR5tU8'} was refused`, '<redacted: it looks like a GitHub token>'],
])('%s: credentials go wherever they stand', (text, expected) => {
  expect(redacted(text)).toBe(expected)
})

test('who sits at the machine, and what it is called, are not told', () => {
  const text = '/home/alice/data of alice on desk; /home/alicette, desk-2 and malice are others; /srv/alice/data'
  expect(redacted(text)).toBe(
    '~/data of <user> on <host>; /home/alicette, desk-2 and malice are others; /srv/<user>/data',
  )
})

test('names that everybody has tell nothing', () => {
  expect(redacted('root on localhost', { home: '/', user: 'root', host: 'localhost' })).toBe('root on localhost')
})
