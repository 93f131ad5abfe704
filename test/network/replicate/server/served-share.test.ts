import { expect, test } from 'vitest'
import { SERVED_BYTES_BURST, SERVED_BYTES_PER_SECOND } from '../../../../src/network/replicate/constants.ts'
import { ServedShare } from '../../../../src/network/replicate/server/served-share.ts'

test('a peer takes its burst at once, then waits for what it took beyond', () => {
  const share = new ServedShare()
  share.spend(SERVED_BYTES_BURST - 1, 1_000)
  expect(share.waitMs(1_000)).toBe(0)
  share.spend(1, 1_000)
  expect(share.waitMs(1_000)).toBe(1)
  share.spend(SERVED_BYTES_PER_SECOND, 1_000)
  expect(share.waitMs(1_000)).toBe(1_001)
  expect(share.waitMs(2_001)).toBe(0)
})

test('a share is full again after the time that its burst takes, and never fuller', () => {
  const share = new ServedShare()
  share.spend(SERVED_BYTES_BURST, 0)
  expect(share.isFull(3_999)).toBe(false)
  expect(share.isFull(4_000)).toBe(true)
  share.spend(SERVED_BYTES_BURST, 1_000_000)
  expect(share.waitMs(1_000_000)).toBe(1)
})

test('a clock that goes back gives nothing and takes nothing', () => {
  const share = new ServedShare()
  share.spend(SERVED_BYTES_BURST, 10_000)
  expect(share.waitMs(5_000)).toBe(1)
  expect(share.waitMs(5_001)).toBe(0)
})
