import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/index.ts'

describe('who may call the API', () => {
  test('hosts are names of this machine, in small letters and without a port', () => {
    expect(readConfig({ api: { hosts: ['Desk.Example', '[fd00::1]'] } }).api.hosts).toEqual([
      'desk.example',
      '[fd00::1]',
    ])
  })

  test.each(['', 'desk:80', 'http://desk', 'a b', 'desk/', '.desk', 'x'.repeat(254)])('%j is no host', (host) => {
    expect(() => readConfig({ api: { hosts: [host] } })).toThrow('expected a host name')
  })

  test('origins are spelled as browsers send them', () => {
    const origins = ['http://localhost:3000', 'https://desk.example']
    expect(readConfig({ api: { origins } }).api.origins).toEqual(origins)
  })

  test.each(['', '*', 'localhost:3000', 'http://localhost:3000/', 'http://LOCALHOST', 'http://desk:80', 'null'])(
    '%j is no origin',
    (origin) => {
      expect(() => readConfig({ api: { origins: [origin] } })).toThrow('expected an origin')
    },
  )

  test.each(['off', 'token', 'token-writes'] as const)('%s is a mode, and nothing else is', (auth) => {
    expect(readConfig({ api: { auth } }).api.auth).toBe(auth)
    expect(() => readConfig({ api: { auth: `${auth}s` as 'off' } })).toThrow('off, token, token-writes')
  })
})
