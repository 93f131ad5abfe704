import { expect, test } from 'vitest'
import { Gates } from '../../../src/network/capability/index.ts'
import { Refusals } from '../../../src/network/peers/index.ts'

test('the last fifty are shown, the newest first, and all are counted', () => {
  const clock = { now: 0 }
  const refusals = new Refusals(new Gates(), () => clock.now)
  for (clock.now = 1; clock.now <= 60; clock.now++) {
    refusals.note({ cause: 'no_place', address: `/ip4/192.0.2.${clock.now}/tcp/1` })
  }
  expect(refusals.counts().no_place).toBe(60)
  expect(refusals.last().map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index))
})

test('who is refused again and again is one of them, with the last time and the count', () => {
  const clock = { now: 0 }
  const refusals = new Refusals(new Gates(), () => clock.now)
  refusals.note({ cause: 'misconduct', code: 'REPLICATE_FRAME_INVALID', peer: 'p' })
  for (clock.now = 1; clock.now <= 100; clock.now++) {
    refusals.note({ cause: 'banned', peer: 'p', address: `/ip4/192.0.2.1/tcp/${clock.now}` })
    refusals.note({ cause: 'no_place', address: `/ip4/192.0.2.2/tcp/${clock.now}` })
  }
  expect(refusals.last()).toEqual([
    { at: 100, times: 100, cause: 'no_place', address: '/ip4/192.0.2.2/tcp/100' },
    { at: 100, times: 100, cause: 'banned', peer: 'p', address: '/ip4/192.0.2.1/tcp/100' },
    { at: 0, times: 1, cause: 'misconduct', code: 'REPLICATE_FRAME_INVALID', peer: 'p' },
  ])
})

test('what the gate refused is counted by the gate and shown here', () => {
  const gates = new Gates()
  const refusals = new Refusals(gates, () => 7)
  gates.countRefusal('CAPABILITY_WRONG_KEY')
  refusals.noteAtGate({ cause: 'wrong_key', address: '/ip4/192.0.2.1' })
  expect(refusals.counts()).toMatchObject({ wrong_key: 1, garbage: 0, banned: 0 })
  expect(refusals.last()).toEqual([{ at: 7, times: 1, cause: 'wrong_key', address: '/ip4/192.0.2.1' }])
})
