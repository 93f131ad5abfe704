import { expect, test } from 'vitest'
import { diagnose } from '../../../src/network/peers/diagnosis.ts'
import type { DialFailureCode } from '../../../src/network/peers/dial-failure.ts'
import type { PeerView, Refusal } from '../../../src/network/peers/index.ts'

const PEER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'

function view(changes: Partial<PeerView> = {}): PeerView {
  return {
    address: '192.0.2.1:7655',
    author: undefined,
    peerId: PEER,
    source: 'flag',
    state: 'backoff',
    path: undefined,
    latencyMs: undefined,
    lag: undefined,
    lastRound: undefined,
    agent: undefined,
    hasOlderKey: false,
    lastContact: undefined,
    lastError: undefined,
    ban: undefined,
    ...changes,
  }
}

function attempt(code?: DialFailureCode) {
  const failure = code === undefined ? undefined : { code, reason: `because of ${code}` }
  return { address: '/ip4/192.0.2.1/tcp/7655', at: 1, failure }
}

function diagnosisOf(peer: PeerView, codes: readonly DialFailureCode[] = [], refusal?: Refusal) {
  return diagnose({ view: peer, attempts: codes.map(attempt), refusal })
}

test.each([
  ['lan', 'local network'],
  ['direct', 'directly'],
] as const)('a peer that is connected by %s needs nothing', (path, words) => {
  const { verdict, summary, advice } = diagnosisOf(view({ state: 'live', path, agent: 'egregore/1' }))
  expect({ verdict, advice }).toEqual({ verdict: path, advice: '' })
  expect(summary).toContain(words)
  expect(summary).toContain('egregore/1')
})

test('a peer that is only relayed says why there is no direct line, and how to get one', () => {
  const relayed = diagnosisOf(view({ state: 'live', path: 'relayed' }), ['timeout'])
  expect(relayed.verdict).toBe('relayed')
  expect(relayed.summary).toMatch(/through a relay only.*because of timeout/)
  expect(relayed.advice).toContain('gossip port')
  expect(diagnosisOf(view({ state: 'live', path: 'relayed' })).summary).toContain('No address of it')
})

test('a ban counts more than what dials say, and names its end, its cause and how to lift it', () => {
  const ban = { peer: PEER, code: 'FEED_SIGNATURE_INVALID', since: 0, until: 1_000, times: 1 } as const
  const { verdict, summary, advice } = diagnosisOf(view({ state: 'banned', ban }), ['timeout'])
  expect(verdict).toBe('banned')
  expect(summary).toContain('1970-01-01T00:00:01.000Z, because of FEED_SIGNATURE_INVALID')
  expect(advice).toContain(`peers unban ${PEER}`)
})

test.each([
  ['other_network', '--network-key'],
  ['other_identity', 'egregore identity'],
  ['own_identity', 'data directory'],
  ['not_egregore', 'port'],
  ['refused', 'Start the node'],
  ['timeout', 'firewall'],
  ['unreachable', 'network'],
  ['unknown_name', 'name'],
  ['not_dialable', 'host:port'],
  ['banned', 'unban'],
  ['hung_up', 'counts whom it refused'],
  ['failed', 'log'],
] as const)('a dial that ended with %s comes with advice', (code, words) => {
  expect(diagnosisOf(view(), [code])).toEqual({
    verdict: code,
    summary: `because of ${code}`,
    advice: expect.stringContaining(words),
  })
})

test('of several addresses the one counts that says most', () => {
  expect(diagnosisOf(view(), ['timeout', 'other_network', 'refused']).verdict).toBe('other_network')
})

test('a peer that we hung up on ourselves says for what', () => {
  const refusal: Refusal = { at: 1, times: 1, cause: 'misconduct', code: 'REPLICATE_FRAME_INVALID', peer: PEER }
  expect(diagnosisOf(view(), [], refusal)).toMatchObject({
    verdict: 'disconnected',
    summary: expect.stringContaining('REPLICATE_FRAME_INVALID'),
  })
})

test('a peer of which nothing is known yet is underway or waits', () => {
  expect(diagnosisOf(view({ state: 'dialling' })).verdict).toBe('dialling')
  expect(diagnosisOf(view({ state: 'backoff' })).verdict).toBe('waiting')
})
