import { describe, expect, test } from 'vitest'
import { PASSED_KEPT_MAX, UNANSWERED_MS } from '../../../src/network/capability/constants.ts'
import { Keyring } from '../../../src/network/capability/index.ts'
import { OURS, THEIRS } from './peers.ts'

const THIRD = new Uint8Array(32).fill(0xc3)

function keyringAt(clock = { now: 0 }) {
  return { clock, keyring: new Keyring([OURS, THEIRS, THIRD], () => clock.now) }
}

test.each([0, 31, 33])('a capability of %i bytes is none', (length) => {
  expect(() => new Keyring([OURS, new Uint8Array(length)], Date.now)).toThrow(TypeError)
})

describe('whom we greet', () => {
  test('hears the first key, and each time that it hangs up the next, and then the first again', () => {
    const { keyring } = keyringAt()
    for (const capability of [OURS, THEIRS, THIRD, OURS, THEIRS]) {
      expect(keyring.toGreet('b')).toBe(capability)
      expect(keyring.toGreet('somebody else')).toBe(OURS)
      keyring.unanswered('b', capability)
    }
  })

  test('hears the first key again once it came in, for it may have changed to it', () => {
    const { keyring } = keyringAt()
    keyring.unanswered('b', OURS)
    keyring.passed('b', THEIRS)
    expect(keyring.toGreet('b')).toBe(OURS)
  })

  test('hears the first key again after a while', () => {
    const { keyring, clock } = keyringAt()
    keyring.unanswered('b', OURS)
    clock.now = UNANSWERED_MS
    expect(keyring.toGreet('b')).toBe(THEIRS)
    clock.now++
    expect(keyring.toGreet('b')).toBe(OURS)
  })

  test('hears the next key once, when two lines to it were under way under one key', () => {
    const { keyring } = keyringAt()
    keyring.unanswered('b', OURS)
    keyring.unanswered('b', OURS)
    expect(keyring.toGreet('b')).toBe(THEIRS)
  })
})

describe('who came by which key', () => {
  test('is told by the last time, the latest first', () => {
    const { keyring, clock } = keyringAt()
    keyring.passed('a', OURS)
    keyring.passed('b', THEIRS)
    clock.now = 5
    keyring.passed('c', THEIRS)
    expect(['a', 'b', 'c', 'nobody'].map((peer) => keyring.isBehind(peer))).toEqual([false, true, true, false])
    expect(keyring.under(THEIRS)).toEqual([
      { peer: 'c', capability: THEIRS, at: 5 },
      { peer: 'b', capability: THEIRS, at: 0 },
    ])
    keyring.passed('b', OURS)
    expect(keyring.isBehind('b')).toBe(false)
    expect(keyring.under(THEIRS).map(({ peer }) => peer)).toEqual(['c'])
    expect(keyring.under(THIRD)).toEqual([])
  })

  test('is kept of a thousand peers, the latest', () => {
    const { keyring } = keyringAt()
    for (let peer = 0; peer <= PASSED_KEPT_MAX; peer++) keyring.passed(String(peer), THEIRS)
    expect(keyring.under(THEIRS)).toHaveLength(PASSED_KEPT_MAX)
    expect([keyring.isBehind('0'), keyring.isBehind('1')]).toEqual([false, true])
  })
})
