import { expect, test } from 'vitest'
import { LiveServers } from '../../src/network/live-servers.ts'

const SILENCE_MS = 10_000

function twoServers(): LiveServers {
  const servers = new LiveServers()
  servers.choose('a', 0)
  servers.choose('b', 0)
  return servers
}

test('the first two peers are servers, and stay so', () => {
  const servers = twoServers()
  expect(['a', 'b', 'c', 'a'].map((peer) => servers.choose(peer, 1))).toEqual([true, true, false, true])
})

test('a peer that goes leaves its place to another', () => {
  const servers = twoServers()
  expect(servers.forget('a')).toBe(true)
  expect(servers.forget('a')).toBe(false)
  expect(servers.choose('c', 1)).toBe(true)
  expect(servers.choose('a', 1)).toBe(false)
})

test('a server that is silent while another peer advances is replaced, not a moment too early', () => {
  const servers = twoServers()
  servers.heard('b', 5_000)
  expect(servers.heard('c', SILENCE_MS - 1)).toBeUndefined()
  expect(servers.choose('c', SILENCE_MS - 1)).toBe(false)
  expect(servers.heard('c', SILENCE_MS)).toBe('a')
  expect(['a', 'b', 'c'].map((peer) => servers.choose(peer, SILENCE_MS))).toEqual([false, true, true])
})

test('a server that replaced another has its time as well', () => {
  const servers = twoServers()
  servers.heard('c', SILENCE_MS)
  expect(servers.heard('d', SILENCE_MS)).toBe('b')
  expect(servers.heard('e', 2 * SILENCE_MS - 1)).toBeUndefined()
})

test('while nobody advances, silence is no fault', () => {
  const servers = twoServers()
  expect(servers.choose('a', 100 * SILENCE_MS)).toBe(true)
  expect(servers.choose('c', 100 * SILENCE_MS)).toBe(false)
})
