import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VirtualClock } from '../../../scripts/simulate/virtual-clock.ts'

const never = () => false

test('things happen at their times, and at the same time in the order they were asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
      const clock = new VirtualClock()
      const happened: [number, number][] = []
      for (const [order, time] of times.entries()) clock.at(time, () => happened.push([clock.now, order]))
      clock.run(never, 20)
      const expected = times.map((time, order): [number, number] => [time, order])
      expect(happened).toEqual(expected.sort((left, right) => left[0] - right[0] || left[1] - right[1]))
    }),
  )
})

test('what follows from something happens after it, never before', () => {
  const clock = new VirtualClock()
  const happened: string[] = []
  clock.after(10, () => {
    happened.push(`first at ${clock.now}`)
    clock.at(3, () => happened.push(`too late for three, at ${clock.now}`))
    clock.after(5, () => happened.push(`then at ${clock.now}`))
  })
  clock.run(never, 100)
  expect(happened).toEqual(['first at 10', 'too late for three, at 10', 'then at 15'])
  expect(clock.events).toBe(3)
})

test('nothing happens beyond the time that is up, nor once it is over', () => {
  const clock = new VirtualClock()
  const happened: number[] = []
  for (const time of [1, 2, 3, 4]) clock.at(time, () => happened.push(time))
  clock.run(never, 2)
  expect(happened).toEqual([1, 2])
  clock.run(() => happened.includes(3), 100)
  expect(happened).toEqual([1, 2, 3])
})
