import { describe, expect, test } from 'vitest'
import { askedFor, resumeFrom, START } from '../../../../src/network/replicate/puller/resume.ts'
import { identityOf } from '../../../support/open-log.ts'
import type { Author } from '../../../../src/feed/index.ts'
import type { Scope } from '../../../../src/log/index.ts'
import type { AskedFor, KnownServer } from '../../../../src/network/replicate/puller/pull-store.ts'

const [alice, bob] = [2, 3].map((seed) => identityOf(seed).author) as [Author, Author]
const cursor = { offset: 7, check: '0123456789abcdef' }

const asks = (scope: Scope, blocks: readonly Author[] = []): AskedFor => askedFor({ scope, blocks })
const known = (asked: AskedFor): KnownServer => ({ store: 'aa', cursor, asked })

describe('heads', () => {
  test('are told behind the cursor when the same feeds are asked for, in whatever order they were selected', () => {
    const before = known(asks({ authors: [alice, bob], topics: [] }, [alice, bob]))
    const now = asks({ authors: [bob, alice], topics: ['ants'] }, [bob, alice])
    expect(resumeFrom(before, now, false).heads).toEqual({ store: 'aa', cursor })
  })

  test.each([
    ['another author', asks({ authors: [alice], topics: [] }), asks({ authors: [alice, bob], topics: [] })],
    ['an author less', asks({ authors: [alice, bob], topics: [] }), asks({ authors: [alice], topics: [] })],
    ['all instead of some', asks({ authors: [alice], topics: [] }), asks('all')],
    ['some instead of all', asks('all'), asks({ authors: [alice], topics: [] })],
    ['a block', asks('all'), asks('all', [bob])],
    ['the end of a block', asks('all', [bob]), asks('all')],
  ])('are told in full after a change: %s', (_, before, now) => {
    expect(resumeFrom(known(before), now, false).heads).toBeUndefined()
  })

  test('are told in full when nothing is known, and when they are to be', () => {
    expect(resumeFrom(undefined, asks('all'), false)).toEqual({ heads: undefined, store: undefined, tails: [] })
    expect(resumeFrom(known(asks('all')), asks('all'), true).heads).toBeUndefined()
  })
})

describe('topics', () => {
  const topics = (...names: string[]) => asks({ authors: [alice], topics: names })

  test('that were asked for go on behind the cursor, others begin at the start', () => {
    const { tails } = resumeFrom(known(topics('ants', 'bees')), topics('bees', 'cats'), false)
    expect(tails).toEqual([
      { cursor, topics: ['bees'] },
      { cursor: START, topics: ['cats'] },
    ])
  })

  test('are not looked for again when other authors are followed, nor when heads are compared in full', () => {
    const now = asks({ authors: [alice, bob], topics: ['ants'] })
    for (const isFull of [true, false]) {
      expect(resumeFrom(known(topics('ants')), now, isFull).tails).toEqual([{ cursor, topics: ['ants'] }])
    }
  })

  test('begin at the start after a block has begun or ended', () => {
    const blocking = asks({ authors: [alice], topics: ['ants'] }, [bob])
    for (const [before, now] of [
      [blocking, topics('ants')],
      [topics('ants'), blocking],
    ] as const) {
      expect(resumeFrom(known(before), now, false).tails).toEqual([{ cursor: START, topics: ['ants'] }])
    }
  })
})
