import { describe, expect, test } from 'vitest'
import { refuseCaller } from '../../src/api/callers.ts'
import type { Caller, CallerRules } from '../../src/api/callers.ts'

const NOBODY_ELSE: CallerRules = { hosts: [], origins: [] }

function codeFor(caller: Partial<Caller>, rules = NOBODY_ELSE): string | undefined {
  return refuseCaller({ host: '127.0.0.1:7654', origin: undefined, fetchSite: undefined, ...caller }, rules)?.code
}

describe('the host that was called', () => {
  test.each([
    'localhost',
    'localhost:7654',
    'LocalHost:7654',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.255.255.254:7654',
    '[::1]',
    '[::1]:7654',
  ])('%s is this machine', (host) => {
    expect(codeFor({ host })).toBeUndefined()
  })

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:7654',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '127.1',
    '128.0.0.1',
    '0.0.0.0:7654',
    '[::2]:7654',
    '[::1',
    'localhost:port',
    'localhost:7654:1',
    'user@localhost',
    'localhost/',
    'localhost evil.example',
  ])('%s is refused', (host) => {
    expect(codeFor({ host })).toBe('FORBIDDEN_HOST')
  })

  test('a configured name is served with any port, and no other is', () => {
    const rules = { hosts: ['desk.lan'], origins: [] }
    expect(codeFor({ host: 'desk.lan:8080' }, rules)).toBeUndefined()
    expect(codeFor({ host: 'DESK.lan' }, rules)).toBeUndefined()
    expect(codeFor({ host: 'not-desk.lan' }, rules)).toBe('FORBIDDEN_HOST')
  })
})

describe('the page that asks', () => {
  test('a program, which has no origin, is served', () => {
    expect(codeFor({})).toBeUndefined()
  })

  test.each(['http://127.0.0.1:7654', 'http://localhost:7654', 'http://[::1]:7654'])(
    'a page of the API itself, from %s, is served',
    (origin) => {
      expect(codeFor({ origin, fetchSite: 'same-origin' })).toBeUndefined()
    },
  )

  test.each([
    'null',
    'http://evil.example',
    'http://evil.example:7654',
    'http://localhost:3000',
    'http://localhost',
    'http://localhost.evil.example:7654',
    'file://',
    'chrome-extension://abcdef',
    'http://localhost:7654@evil.example',
    '',
  ])('a page of "%s" is refused', (origin) => {
    expect(codeFor({ origin })).toBe('FORBIDDEN_ORIGIN')
  })

  test('a request that another site caused is refused though it names no origin', () => {
    expect(codeFor({ fetchSite: 'cross-site' })).toBe('FORBIDDEN_ORIGIN')
    expect(codeFor({ fetchSite: 'none' })).toBeUndefined()
    expect(codeFor({ fetchSite: 'same-origin' })).toBeUndefined()
  })

  test('a configured origin is served, and one that resembles it is not', () => {
    const rules = { hosts: [], origins: ['http://localhost:3000'] }
    expect(codeFor({ origin: 'http://localhost:3000', fetchSite: 'cross-site' }, rules)).toBeUndefined()
    expect(codeFor({ origin: 'http://localhost:30001' }, rules)).toBe('FORBIDDEN_ORIGIN')
    expect(codeFor({ origin: 'http://localhost:3000', host: 'evil.example' }, rules)).toBe('FORBIDDEN_HOST')
  })
})
