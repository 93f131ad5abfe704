import { expect, test } from 'vitest'
import { Greeting } from '../../../../src/network/replicate/puller/greeting.ts'
import { START } from '../../../../src/network/replicate/puller/resume.ts'
import { hashOfAuthors, wireScope } from '../../../../src/network/replicate/scope.ts'
import { identityOf } from '../../../support/open-log.ts'
import type { WireScope } from '../../../../src/network/replicate/frames/frames.ts'
import type { Resumption } from '../../../../src/network/replicate/puller/resume.ts'

const cursor = { offset: 7, check: '0123456789abcdef' }
const scope = wireScope({ authors: [2, 3].map((seed) => identityOf(seed).author), topics: ['ants'] })
const nothing: Resumption = { heads: undefined, store: undefined, tails: [] }

const greeting = (said: WireScope, isListTold: boolean, resume = nothing): Greeting =>
  new Greeting({ scope: said, isListTold, resume, root: undefined, takesTrie: false })

test('says what is known of the server', () => {
  const resume = { ...nothing, heads: { store: 'aa', cursor } }
  expect(greeting('all', false, resume).frame).toMatchObject({ scope: 'all', knownStore: 'aa', knownCursor: cursor })
})

test('names authors by their hash to a server that was told them, and says them when asked, once', () => {
  const told = greeting(scope, true)
  if (scope === 'all') return expect.fail()
  expect(told.frame.scope).toEqual({ authors: [], authorsHash: hashOfAuthors(scope.authors), topics: ['ants'] })
  expect(told.inFull().scope).toEqual(scope)
  expect(() => told.inFull()).toThrow(expect.objectContaining({ code: 'REPLICATE_FRAME_UNEXPECTED' }))
})

test.each<[string, WireScope, boolean]>([
  ['all', 'all', true],
  ['one author', wireScope({ authors: [identityOf(2).author], topics: [] }), true],
  ['a list that the server was not told', scope, false],
])('is in full from the start: %s', (_, said, isListTold) => {
  const full = greeting(said, isListTold)
  expect(full.frame.scope).toEqual(said)
  expect(() => full.inFull()).toThrow(expect.objectContaining({ code: 'REPLICATE_FRAME_UNEXPECTED' }))
})

test('topics go on where they were, from the start with another store, and behind the telling before', () => {
  const tails = [{ cursor, topics: ['ants'] }]
  const known = greeting(scope, false, { heads: undefined, store: 'aa', tails })
  expect(known.tailsFrom('aa', undefined)).toEqual(tails)
  expect(known.tailsFrom('bb', undefined)).toEqual([{ cursor: START, topics: ['ants'] }])
  expect(known.tailsFrom('aa', START)).toEqual([{ cursor: START, topics: ['ants'] }])
  expect(greeting('all', false).tailsFrom('aa', undefined)).toEqual([])
})
