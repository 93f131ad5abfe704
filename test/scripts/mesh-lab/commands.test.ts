import { describe, expect, test } from 'vitest'
import { obey } from '../../../scripts/mesh-lab/commands.ts'
import { readLine } from '../../../scripts/mesh-lab/line-words.ts'
import { labTest, openLab } from '../../support/lab.ts'

describe('the words for a line', () => {
  test('are in percent, milliseconds and megabits a second', () => {
    expect(readLine(['loss=5', 'delay=50', 'jitter=10', 'overtaking=1', 'rate=10'])).toEqual({
      loss: 0.05,
      delayMs: 50,
      jitterMs: 10,
      overtaking: 0.01,
      rate: 10_000_000,
    })
    expect(readLine([])).toEqual({})
  })

  test.each(['speed=5', 'loss', 'loss=', 'loss=much', 'delay=-1'])('refuse %s and say what is known', (word) => {
    expect(() => readLine([word])).toThrow(`"${word}" is no setting of a line. Known are loss, delay`)
  })
})

labTest('a lab does as it is told, and answers', async () => {
  const lab = await openLab({ hosts: 2 })
  expect(await obey(lab, 'partition 0 1')).toBe('2 sides')
  expect(await obey(lab, 'heal')).toBe('healed')
  expect(await obey(lab, 'line loss=5')).toBe('lines: loss=5')
  expect(await obey(lab, 'line')).toBe('lines: without a fault')
  expect(await obey(lab, 'line loss=x')).toContain('no setting')
  expect(await obey(lab, 'traffic')).toMatch(/^delivered \d+, lost \d+, cut \d+$/)
  expect(await obey(lab, 'run 1 ip route')).toContain('10.77.0.0/24')
  expect(await obey(lab, 'run 7 ip route')).toContain('none with number 7')
  expect(await obey(lab, 'dance')).toContain('These are known')
  expect(await obey(lab, '')).toBe('')
})
