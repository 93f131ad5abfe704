import { expect, test } from 'vitest'
import { clockFinding } from '../../../src/cli/doctor/checks/clock.ts'
import { TEST_NOW } from '../../support/open-log.ts'

const OWN = 'own'

/** @param leadMs - how far the author's clock is ahead; negative: how long it travelled */
function said(author: string, leadMs: number, receivedAt = TEST_NOW) {
  const iso = (ms: number) => new Date(ms).toISOString()
  return { author, timestamp: iso(receivedAt + leadMs), local: { received_at: iso(receivedAt) } }
}

const finding = (...messages: ReturnType<typeof said>[]) => clockFinding(messages, OWN, TEST_NOW)

test('with nobody to compare with nothing can be said', () => {
  expect(finding()).toMatchObject({ verdict: 'skipped' })
  expect(finding(said(OWN, 0))).toMatchObject({ verdict: 'skipped' })
})

test('messages that travelled long say nothing against our clock', () => {
  const { verdict, found } = finding(said('a', -86_400_000), said('b', -10))
  expect([verdict, found]).toEqual(['ok', expect.stringContaining('of 2 authors')])
})

test('one author ahead of us is wrong himself', () => {
  expect(finding(said('a', 60_000), said('b', -10), said('c', -10))).toMatchObject({
    verdict: 'warning',
    found: expect.stringContaining('60 s ahead of ours, and those of 2 others are not'),
  })
})

test('most authors ahead of us: we are behind', () => {
  expect(finding(said('a', 60_000), said('b', 70_000), said('c', -10))).toMatchObject({
    verdict: 'warning',
    found: expect.stringContaining('2 of 3 authors are ahead of ours, by 60 s or more'),
  })
})

test.each([
  [5_000, 'ok'],
  [5_001, 'warning'],
])('a lead of %i ms is %s', (leadMs, verdict) => {
  expect(finding(said('a', leadMs))).toMatchObject({ verdict })
})

test.each([
  [5_000, 'skipped'],
  [5_001, 'failed'],
])('a message of our own that came %i ms from now is %s', (ms, verdict) => {
  expect(finding(said(OWN, 0, TEST_NOW + ms))).toMatchObject({ verdict })
})
