import { expect, test } from 'vitest'
import { Turns } from '../../../src/api/events/turns.ts'

/** Holds the main thread, as a reader that has much to write. */
function work(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('readers that work long have a turn of the event loop each, and others get in between', async () => {
  const turns = new Turns()
  const order: string[] = []
  const reader = async (name: string): Promise<void> => {
    await turns.next()
    order.push(name)
    work(6)
  }
  const between = new Promise<void>((resolve) => {
    // Queued while the first reader works: it must come before the last.
    setImmediate(() => setImmediate(() => resolve(void order.push('other'))))
  })
  await Promise.all([reader('a'), reader('b'), reader('c'), between])
  expect(order.filter((name) => name !== 'other')).toEqual(['a', 'b', 'c'])
  expect(order.indexOf('other')).toBeLessThan(order.length - 1)
})

test('readers that work little share a turn', async () => {
  const turns = new Turns()
  await turns.next()
  let isSameTurn = true
  const immediate = new Promise<void>((resolve) => {
    setImmediate(() => {
      isSameTurn = false
      resolve()
    })
  })
  await turns.next()
  expect(isSameTurn).toBe(true)
  await immediate
})
