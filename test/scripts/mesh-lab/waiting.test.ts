import { expect, test } from 'vitest'
import { Waiting } from '../../../scripts/mesh-lab/waiting.ts'
import { eventually } from '../../support/eventually.ts'

test('calls come in the order of their times, and of the same time in the order they were asked for', async () => {
  const waiting = new Waiting(() => performance.now())
  const soon = performance.now() + 20
  const called: string[] = []
  for (const [name, time] of [
    ['later', soon + 5],
    ['first', soon],
    ['second', soon],
    ['earlier', soon - 5],
  ] as const) {
    waiting.at(time, () => called.push(name))
  }
  expect(called).toEqual([])
  await eventually(() => expect(called).toEqual(['earlier', 'first', 'second', 'later']))
})

test('what is due is called at once, unless somebody waits before it', () => {
  let now = 10
  const waiting = new Waiting(() => now)
  const called: string[] = []
  waiting.at(10, () => called.push('now'))
  expect(called).toEqual(['now'])
  waiting.at(11, () => called.push('next'))
  now = 12
  waiting.at(12, () => called.push('after the one that waits'))
  expect(called).toEqual(['now'])
  waiting.close()
})

test('nobody is called after the close', async () => {
  const waiting = new Waiting(() => performance.now())
  const called: string[] = []
  waiting.at(performance.now() + 1, () => called.push('too late'))
  waiting.close()
  const other = new Waiting(() => performance.now())
  await new Promise<void>((resolve) => other.at(performance.now() + 10, resolve))
  expect(called).toEqual([])
})
