import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Progress } from '../../src/hooks/progress.ts'

const NOTHING = (): void => {}

test('the cursor waits for the first message that is not finished', () => {
  const progress = new Progress(10)
  progress.begin(11)
  progress.pass(12)
  progress.begin(13)
  progress.finish(13, (cursor) => expect(cursor).toBe(10))
  expect([progress.cursor, progress.readTo, progress.aheadCount]).toEqual([10, 13, 1])
  progress.finish(11, (cursor) => expect(cursor).toBe(13))
  expect([progress.cursor, progress.aheadCount]).toEqual([13, 0])
})

test('what was finished ahead of the cursor is known after a restart', () => {
  const progress = new Progress(10, [12])
  expect([11, 12, 13].map((offset) => progress.isFinished(offset))).toEqual([false, true, false])
})

test('a message whose end could not be written down is still under way', () => {
  const progress = new Progress(0)
  progress.begin(1)
  const fail = (): void => {
    throw new Error('the disk is full')
  }
  expect(() => progress.finish(1, fail)).toThrow('full')
  progress.begin(2)
  progress.finish(2, NOTHING)
  expect(progress.cursor).toBe(0)
})

test('whatever the order, no unfinished message lies at or below the cursor, and no finished one beyond it is forgotten', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 5 })), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (drawn) => {
      const progress = new Progress(0)
      const open: number[] = []
      const finished = new Set<number>()
      for (const [index, [isToDeliver, which]] of drawn.entries()) {
        const offset = index + 1
        if (isToDeliver) open.push(offset)
        if (isToDeliver) progress.begin(offset)
        else progress.pass(offset)
        const [done] = open.length > 3 ? open.splice(which % open.length, 1) : []
        if (done !== undefined) progress.finish(done, NOTHING)
        if (done !== undefined) finished.add(done)
        for (const unfinished of open) expect(progress.cursor).toBeLessThan(unfinished)
        for (const one of finished) expect(one <= progress.cursor || progress.isFinished(one)).toBe(true)
      }
      while (open.length > 0) progress.finish(open.pop() ?? 0, NOTHING)
      expect(progress.cursor).toBe(drawn.length)
    }),
  )
})
