import { describe, expect, test } from 'vitest'
import { isInStep, Pace, waitingFor } from '../../src/cli/standing.ts'
import { identityOf } from '../support/open-log.ts'
import type { MeshPeerData } from '../../src/api/index.ts'

function peer(changes: Partial<MeshPeerData> = {}): MeshPeerData {
  const live = { address: '10.0.0.2:7655', source: 'flag', state: 'live', path: 'lan' } as const
  return { ...live, addresses: [], last_round: '2026-01-01T00:00:00.000Z', lag: 0, ...changes }
}

/** One that has told nothing yet. */
function newPeer(changes: Partial<MeshPeerData> = {}): MeshPeerData {
  const { last_round: _round, lag: _lag, ...rest } = peer(changes)
  return rest
}

const reader = { name: 'search', offset: 1, lag: 0 }
const steady = () => new Pace(() => 0)

describe('in step', () => {
  test('with each connected peer, everything read', () => {
    expect(isInStep({ peers: [peer(), peer({ lag: 0 })], projections: [reader] })).toBe(true)
    expect(isInStep({ peers: [peer(), newPeer({ state: 'failed' })], projections: [reader] })).toBe(true)
  })

  test.each([
    ['nobody is connected', [peer({ state: 'backoff' })], 0],
    ['nobody is known', [], 0],
    ['a peer has more', [peer(), peer({ lag: 1 })], 0],
    ['a peer has not told everything', [peer(), newPeer()], 0],
    ['something is not read yet', [peer()], 1],
  ])('not while %s', (_, peers, lag) => {
    expect(isInStep({ peers, projections: [{ ...reader, lag }] })).toBe(false)
  })
})

describe('what is waited for', () => {
  const { author } = identityOf(2)

  test.each([
    [[], ['no peer is known yet']],
    [[peer()], []],
    [[peer({ lag: 70 })], ['10.0.0.2:7655 0/70, 70 left, 0/s, LAN']],
    [
      [peer({ lag: 1, public_id: author, path: 'relayed' })],
      [`${author.slice(0, 9)} (10.0.0.2:7655) 0/1, 1 left, 0/s, relayed`],
    ],
    [[newPeer()], ['10.0.0.2:7655 has not told everything yet, LAN']],
    [[peer({ state: 'backoff', last_error: 'refused\u001b[2J' })], ['10.0.0.2:7655 backoff: refused']],
    [[peer({ state: 'dialling' }), peer({ lag: 2 })], ['10.0.0.2:7655 0/2, 2 left, 0/s, LAN']],
  ])('of %j is %j', (peers, lines) => {
    expect(waitingFor({ peers, projections: [reader] }, steady())).toEqual(lines)
  })

  test('also what is held and not read, or cannot be', () => {
    const projections = [
      { ...reader, lag: 9 },
      { ...reader, name: 'timeline', lag: 1, error: 'it stopped' },
    ]
    expect(waitingFor({ peers: [peer()], projections }, steady())).toEqual([
      'search 0/9, 9 left, 0/s',
      'timeline it stopped',
    ])
  })

  test('what was done meanwhile is told with its rate; more to do is a larger whole', () => {
    const clock = { now: 0 }
    const pace = new Pace(() => clock.now)
    const at = (now: number, lag: number) => {
      clock.now = now
      return waitingFor({ peers: [peer({ lag })], projections: [] }, pace)[0]
    }
    expect(at(0, 100)).toContain('0/100, 100 left, 0/s')
    expect(at(2_000, 30)).toContain('70/100, 30 left, 35/s')
    expect(at(4_000, 150)).toContain('0/150, 150 left, 0/s')
  })
})
