import { describe, expect, test } from 'vitest'
import { PeerShares, pause } from '../../../src/network/replicate/peer-shares.ts'
import type { Item } from '../../../src/feed/index.ts'

const MIB = 1024 * 1024
const NOW = 1_000_000

/** An item of this many bytes. */
function items(bytes: number): Item[] {
  return [{ text: new Uint8Array(bytes), signature: new Uint8Array(64) }]
}

const VAIN = [{ outcome: 'duplicate' }] as const
const NEW = [{ outcome: 'appended' }] as const

describe('what comes in vain', () => {
  test.each([
    ['held already', { outcome: 'duplicate' }],
    ['expired', { outcome: 'expired' }],
    ['beyond a fork', { outcome: 'forked' }],
    ['wrong', { error: 'FEED_SIGNATURE_INVALID' }],
  ] as const)('is counted when it is %s', (_, result) => {
    const shares = new PeerShares()
    expect(shares.itemsCame(items(64 * MIB - 1), [result], NOW)).toBe(0)
    expect(shares.itemsCame(items(1), [result], NOW)).toBe(1)
  })

  test('is taken at two mebibytes a second after the first sixty-four', () => {
    const shares = new PeerShares()
    expect(shares.itemsCame(items(66 * MIB), VAIN, NOW)).toBe(1_001)
    expect(shares.itemsCame(items(1), VAIN, NOW + 500)).toBe(501)
    expect(shares.isFull(NOW + 32_500)).toBe(false)
    expect(shares.isFull(NOW + 33_001)).toBe(true)
  })

  test('is let through sixteenfold by what is new, and never beyond the burst', () => {
    const shares = new PeerShares()
    shares.itemsCame(items(66 * MIB), VAIN, NOW)
    expect(shares.itemsCame(items(MIB), NEW, NOW)).toBe(0)
    expect(shares.itemsCame(items(14 * MIB - 1), VAIN, NOW)).toBe(0)
    expect(shares.itemsCame(items(1), VAIN, NOW)).toBe(1)
    for (let times = 0; times < 100; times++) shares.itemsCame(items(MIB), NEW, NOW)
    expect(shares.itemsCame(items(64 * MIB), VAIN, NOW)).toBe(1)
  })

  test('new messages alone are never slowed', () => {
    const shares = new PeerShares()
    for (let times = 0; times < 1_000; times++) expect(shares.itemsCame(items(MIB), NEW, NOW)).toBe(0)
  })

  test('a telling of a million heads passes at once, the next one does not', () => {
    const shares = new PeerShares()
    expect(shares.headsCame(1_000_000, NOW)).toBe(0)
    expect(shares.headsCame(1_000_000, NOW)).toBeGreaterThan(28_000)
  })
})

describe('frames that cost their sender nothing', () => {
  test('are read at four mebibytes a second after the first thirty-two', () => {
    const shares = new PeerShares()
    expect(shares.frameCame('want', 32 * MIB - 65, NOW)).toBe(0)
    expect(shares.frameCame('done', 4 * MIB, NOW)).toBe(1_001)
  })

  test('cost something each, however small', () => {
    const shares = new PeerShares()
    const waits = Array.from({ length: 600_000 }, () => shares.frameCame('want', 4, NOW))
    expect(waits.indexOf(1)).toBe(Math.ceil((32 * MIB) / 68) - 1)
  })

  test('do not include what has credit or was asked for', () => {
    const shares = new PeerShares()
    for (const kind of ['messages', 'have'] as const) expect(shares.frameCame(kind, 1024 * MIB, NOW)).toBe(0)
    expect(shares.isFull(NOW)).toBe(true)
  })
})

test('a thousand streams may be opened at once, then ten a second', () => {
  const shares = new PeerShares()
  const admitted = (count: number, now: number) =>
    Array.from({ length: count }, () => shares.admitsStream(now)).filter(Boolean).length
  expect(admitted(2_000, NOW)).toBe(1_000)
  expect(admitted(100, NOW + 1_000)).toBe(10)
})

test('a pause ends when nobody waits for it any more', async () => {
  const stop = new AbortController()
  const pausing = pause(1_000_000, stop.signal)
  stop.abort()
  await pausing
})
