import { expect, test } from 'vitest'
import { Settling } from '../../src/projections/settling.ts'

test('a wait ends when its offset is reached, and not before', async () => {
  const settling = new Settling()
  const ended: number[] = []
  const waits = [5, 6].map((offset) => settling.until(offset).then(() => ended.push(offset)))
  expect(settling.awaited).toBe(6)
  expect(settling.reached(5)).toBe(true)
  await waits[0]
  expect(ended).toEqual([5])
  expect(settling.reached(5)).toBe(false)
  settling.reached(6)
  await waits[1]
  expect(ended).toEqual([5, 6])
  expect(settling.awaited).toBe(0)
})

test('what is reached already is not waited for', async () => {
  const settling = new Settling()
  settling.reached(7)
  await settling.until(7)
  expect(settling.awaited).toBe(0)
})

test('whoever has had enough waits no more, and leaves nothing behind', async () => {
  const settling = new Settling()
  const enough = new AbortController()
  const waits = Array.from({ length: 100 }, (_, offset) => settling.until(offset + 1, enough.signal))
  expect(settling.awaited).toBe(100)
  enough.abort()
  await Promise.all(waits)
  expect(settling.awaited).toBe(0)
  await settling.until(1, enough.signal)
  expect(settling.awaited).toBe(0)
})
