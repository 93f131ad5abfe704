import { expect, test } from 'vitest'
import { Delivery } from '../../src/hooks/delivery.ts'
import { openLog } from '../support/open-log.ts'
import type { Failure } from '../../src/hooks/attempt.ts'

const FAILURE: Failure = { kind: 'failed', reason: 'It failed.', output: '' }
const RETRY_AFTER_MAX_MS = 300_000

test('a receiver that asks for a day gets five minutes', async () => {
  const entry = await openLog().log.publish({ content: 'a' })
  const now = 1_000
  const stop = new AbortController()
  const call = async () => ({ ...FAILURE, retryAfterMs: 86_400_000 })
  const delivery = new Delivery(
    { call, textOf: () => '{}', isShown: () => true, onFailure: () => stop.abort(), clock: () => now, random: () => 0 },
    { retriesMax: 1, retryDelayMs: 60_000 },
  )
  expect(await delivery.deliver(entry, stop.signal)).toEqual({ kind: 'interrupted' })
  expect(delivery.quietUntil).toBe(now + RETRY_AFTER_MAX_MS)
})

test('a delivery of a node that stops ends between two attempts', async () => {
  const entry = await openLog().log.publish({ content: 'a' })
  const stop = new AbortController()
  let calls = 0
  const delivery = new Delivery(
    {
      call: async () => FAILURE,
      textOf: () => '{}',
      isShown: () => true,
      onFailure: () => void (++calls === 2 && stop.abort()),
      clock: () => 0,
      random: () => 0,
    },
    { retriesMax: 10, retryDelayMs: 1 },
  )
  expect(await delivery.deliver(entry, stop.signal)).toEqual({ kind: 'interrupted' })
  expect(calls).toBe(2)
})

test('what throws on our side is a failed attempt, and its words are not told', async () => {
  const entry = await openLog().log.publish({ content: 'a' })
  const broken = Object.assign(new Error('secret'), { code: 'EMFILE' })
  const delivery = new Delivery(
    {
      call: () => {
        throw broken
      },
      textOf: () => '{}',
      isShown: () => true,
      onFailure: () => {},
      clock: () => 0,
      random: () => 0,
    },
    { retriesMax: 1, retryDelayMs: 1 },
  )
  const failure = { kind: 'failed', reason: 'It could not be called (EMFILE).', output: '' }
  expect(await delivery.deliver(entry, new AbortController().signal)).toEqual({ kind: 'dead', attempts: 2, failure })
})
