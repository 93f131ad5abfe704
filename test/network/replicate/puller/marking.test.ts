import { expect, test } from 'vitest'
import { Marking } from '../../../../src/network/replicate/puller/marking.ts'
import { numbered } from '../numbered.ts'
import type { AskedMark } from '../../../../src/network/replicate/puller/pull-store.ts'

const STORE = '00000000000000aa'
const mark = (index: number): AskedMark => ({ author: numbered(index), arrival: index })

function marking() {
  const written: AskedMark[][] = []
  const markAsked = (_peer: string, _store: string, marks: readonly AskedMark[]) => written.push([...marks])
  return { written, marking: new Marking({ markAsked }, 'peer') }
}

test('marks of one turn are written at once, and those of the next turn again', async () => {
  const { written, marking: marks } = marking()
  await Promise.all([1, 2, 3].map((index) => marks.mark(STORE, [mark(index)])))
  expect(written).toEqual([[mark(1), mark(2), mark(3)]])
  await marks.mark(STORE, [mark(4)])
  expect(written.slice(1)).toEqual([[mark(4)]])
})

test('marks are written before what depends on them, and only once', async () => {
  const { written, marking: marks } = marking()
  const later = marks.mark(STORE, [mark(1)])
  marks.write()
  expect(written).toEqual([[mark(1)]])
  await later
  expect(written.length).toBe(1)
})
