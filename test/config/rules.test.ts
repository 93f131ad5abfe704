import { expect, test } from 'vitest'
import { checkAddresses, readConfig } from '../../src/config/index.ts'
import { load, problemsOf } from './loaded.ts'

test('one port cannot serve both callers and peers', async () => {
  expect(await problemsOf('port: 7000\ngossip_port: 7000')).toEqual([
    'config.yaml:2:14: gossip_port: port and gossip_port must differ, and both are 7000',
  ])
  expect(() => readConfig({ port: 7655 })).toThrow('both are 7655')
})

test.each([
  { port: 0, gossipPort: 0 },
  { port: 1, gossipPort: 1, offline: true },
  { port: 1, gossipPort: 1, api: { enabled: false } },
])('%j leaves one of them to nobody', (input) => {
  expect(readConfig(input)).toMatchObject(input)
})

test('what needs a network key of one’s own is told where it stands', async () => {
  expect(await problemsOf('port: 1\ndht: true\nrelay:\n  serve: true')).toEqual([
    expect.stringMatching(/^config.yaml:2:6: dht: it needs a network key/),
    expect.stringMatching(/^config.yaml:4:10: relay.serve: it needs a network key/),
  ])
})

test('an API that other machines reach asks each call for the token', async () => {
  const refused = [expect.stringMatching(/^config.yaml:2:9: api.bind: with this other machines reach the API/)]
  expect(await problemsOf('api:\n  bind: 0.0.0.0')).toEqual(refused)
  expect(await problemsOf('api:\n  bind: 0.0.0.0\n  auth: token-writes')).toEqual(refused)
  expect(await problemsOf('api:\n  bind: 0.0.0.0\n  auth: token')).toEqual([])
  expect(await problemsOf('api:\n  bind: 0.0.0.0\n  enabled: false')).toEqual([])
  expect(await problemsOf('api:\n  bind: 192.168.1.7\n  auth: token')).toEqual([
    expect.stringContaining('expected 127.0.0.1, 0.0.0.0'),
  ])
})

test('an address of a peer that cannot be read is told where it stands', async () => {
  const loaded = await load('peers:\n  - good\n  - bad\nbootstrap: [bad]', {
    environment: { EGREGORE_PEER: 'good,bad' },
  })
  const whyNot = (address: string) => (address === 'bad' ? 'it is bad' : undefined)
  expect(() => checkAddresses(loaded, whyNot)).toThrow(
    /^EGREGORE_PEER: it is bad\n.*:3:5: peers: it is bad\n.*:4:13: bootstrap: it is bad$/,
  )
  expect(() => checkAddresses(loaded, () => undefined)).not.toThrow()
})
