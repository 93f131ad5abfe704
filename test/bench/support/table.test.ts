import { expect, test } from 'vitest'
import { isMet } from './finding.ts'
import { lineOf, markdownTable, textTable } from './table.ts'
import type { Finding } from './finding.ts'

const RATE: Finding = {
  what: 'cold sync',
  figure: { value: 8_000, unit: 'messages/s' },
  limit: { value: 10_000, unit: 'messages/s', of: 'both together' },
  goal: { kind: 'share of the limit', share: 0.8 },
  note: 'two processes',
}

test('a goal is met on its very edge', () => {
  expect(isMet(RATE)).toBe(true)
  expect(isMet({ ...RATE, figure: { value: 7_999, unit: 'messages/s' } })).toBe(false)
  expect(isMet({ what: 'time', figure: { value: 5, unit: 'ms' }, goal: { kind: 'at most', value: 5 } })).toBe(true)
  expect(isMet({ what: 'rate', figure: { value: 5, unit: 'messages/s' }, goal: { kind: 'at least', value: 6 } })).toBe(
    false,
  )
})

test('without a goal nothing is met or missed', () => {
  expect(isMet({ what: 'rate', figure: { value: 5, unit: 'messages/s' } })).toBeUndefined()
})

test('a line holds figure, limit, ratio, goal and note', () => {
  expect(lineOf(RATE)).toBe(
    'cold sync: 8,000 messages/s · limit 10,000 messages/s, both together · 80 % · goal ≥ 80 % of the limit: yes · two processes',
  )
})

test('tables leave empty what a finding does not have', () => {
  const bare: Finding = { what: 'start', figure: { value: 1.234, unit: 's' } }
  expect(markdownTable([bare]).split('\n').at(-1)).toBe('| start | 1.23 s |  |  |  |  |')
  expect(textTable([RATE, bare]).split('\n')).toHaveLength(3)
})
