import { describe, expect, test } from 'vitest'
import { advanceText, bar, Progress } from '../../src/cli/progress.ts'

function shownOn(isTTY: boolean, isQuiet = false) {
  const clock = { now: 0 }
  const written: string[] = []
  const write = (text: unknown) => written.push(String(text)) > 0
  const progress = new Progress({ isQuiet, stream: { isTTY, columns: 20, write }, clock: () => clock.now })
  return { progress, clock, written }
}

describe('on a terminal', () => {
  test('lines are drawn at once, cut to its width, and drawn over', () => {
    const { progress, clock, written } = shownOn(true)
    progress.show(() => ['one', 'a line that is longer than the terminal'])
    clock.now = 100
    progress.show(() => ['two'])
    progress.end()
    expect(written).toEqual(['\u001b[Jone\na line that is lon…\n', '\u001b[2A\u001b[Jtwo\n', '\u001b[1A\u001b[J'])
  })

  test('no more often than eyes follow, and nothing is left when nothing was drawn', () => {
    const { progress, clock, written } = shownOn(true)
    progress.show(() => ['one'])
    clock.now = 99
    progress.show(() => expect.unreachable())
    expect(written).toHaveLength(1)
    shownOn(true).progress.end()
  })
})

test('what else is to be read stays above what is drawn, and alone when nothing is', () => {
  const { progress, written } = shownOn(true)
  progress.write('before\n')
  progress.show(() => ['one'])
  progress.write('meanwhile\n')
  progress.end()
  progress.write('after\n')
  const drawn = '\u001b[Jone\n'
  const removed = '\u001b[1A\u001b[J'
  expect(written).toEqual(['before\n', drawn, removed, 'meanwhile\n', drawn, removed, 'after\n'])
})

test('elsewhere a line comes every ten seconds, and none for work that is done before', () => {
  const { progress, clock, written } = shownOn(false)
  for (const now of [0, 9_999, 10_000, 19_999, 20_000]) {
    clock.now = now
    progress.show(() => [`after ${now}`])
  }
  progress.end()
  expect(written).toEqual(['after 10000\n', 'after 20000\n'])
})

test('nothing is shown to whoever wants quiet', () => {
  const { progress, written } = shownOn(true, true)
  progress.show(() => expect.unreachable())
  progress.end()
  expect(written).toEqual([])
})

test('the rate is what was done by the second', () => {
  const { progress, clock } = shownOn(true)
  expect(progress.rateOf(10)).toBe(0)
  clock.now = 2_000
  expect(progress.rateOf(10)).toBe(5)
})

test.each([
  [{ done: 1240, total: 1310, rate: 34.6, notes: ['LAN'] }, '1,240/1,310, 70 left, 35/s, LAN'],
  [{ done: 12_000, rate: 15_000.2 }, '12,000, 15,000/s'],
  [{ done: 11, total: 10, rate: 1 }, '11/10, 0 left, 1/s'],
])('%j is told as %s', (advance, text) => {
  expect(advanceText(advance)).toBe(text)
})

test.each([
  [0, 10, '[--------------------]'],
  [5, 10, '[##########----------]'],
  [12, 10, '[####################]'],
  [0, 0, '[####################]'],
])('%i of %i is %s', (done, total, drawn) => {
  expect(bar(done, total)).toBe(drawn)
})
