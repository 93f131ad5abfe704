import { expect, test } from 'vitest'
import { Gates } from '../../../src/network/capability/index.ts'
import { Refusals } from '../../../src/network/peers/index.ts'

test('the last fifty are shown, the newest first, and all are counted', () => {
  const clock = { now: 0 }
  const refusals = new Refusals(new Gates(), () => clock.now)
  for (clock.now = 1; clock.now <= 60; clock.now++) refusals.note({ cause: 'no_place', address: '/ip4/192.0.2.1' })
  expect(refusals.counts().no_place).toBe(60)
  expect(refusals.last().map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index))
})

test('what the gate refused is counted by the gate and shown here', () => {
  const gates = new Gates()
  const refusals = new Refusals(gates, () => 7)
  gates.countRefusal('CAPABILITY_WRONG_KEY')
  refusals.noteAtGate({ cause: 'wrong_key', address: '/ip4/192.0.2.1' })
  expect(refusals.counts()).toMatchObject({ wrong_key: 1, garbage: 0, banned: 0 })
  expect(refusals.last()).toEqual([{ at: 7, cause: 'wrong_key', address: '/ip4/192.0.2.1' }])
})
