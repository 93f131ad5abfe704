import { describe, expect, test } from 'vitest'
import { keyFromAuthor } from '../../../src/feed/index.ts'
import { PEERS_COUNTED_MAX, SCOPE_AUTHORS_KEPT_MAX } from '../../../src/network/replicate/constants.ts'
import {
  abridged,
  hashOfAuthors,
  KnownLists,
  ServedScope,
  ToldLists,
  wireScope,
} from '../../../src/network/replicate/scope.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { MessageEntry } from '../../../src/log/index.ts'

const authors = [2, 3, 4, 5].map((seed) => identityOf(seed).author)
const [alice, bob] = authors as [Author, Author]
const never = () => false

test('authors are said in rising order of their keys', () => {
  const said = wireScope({ authors, topics: ['ants'] })
  if (said === 'all') return expect.fail()
  const keys = said.authors.map((author) => Buffer.from(keyFromAuthor(author)).toString('hex'))
  expect(keys).toEqual(keys.toSorted())
  expect(wireScope({ authors: authors.toReversed(), topics: ['ants'] })).toEqual(said)
  expect(wireScope('all')).toBe('all')
})

test('two authors or more are said by their hash, and one is not', () => {
  const said = wireScope({ authors: [alice, bob], topics: ['ants'] })
  if (said === 'all') return expect.fail()
  expect(abridged(said)).toEqual({ authors: [], authorsHash: hashOfAuthors(said.authors), topics: ['ants'] })
  const one = wireScope({ authors: [alice], topics: [] })
  expect([abridged(one), abridged('all')]).toEqual([one, 'all'])
})

describe('a served scope', () => {
  const entries = async (): Promise<MessageEntry[]> => {
    const { log } = openLog()
    const tags = [['ants'], ['bees', 'cats'], []]
    return Promise.all(tags.map((each) => log.publish({ content: 'a text with "tags":["ants"] in it', tags: each })))
  }

  test('has the messages of its authors and those with its topics', async () => {
    const [ants, bees, none] = (await entries()) as [MessageEntry, MessageEntry, MessageEntry]
    const has = (scope: ConstructorParameters<typeof ServedScope>[0], isBlocked = never) =>
      [ants, bees, none].map((entry) => new ServedScope(scope, isBlocked).has(entry))
    expect(has('all')).toEqual([true, true, true])
    expect(has({ authors: [alice], topics: [] })).toEqual([false, false, false])
    expect(has({ authors: [ants.author], topics: [] })).toEqual([true, true, true])
    expect(has({ authors: [], topics: ['ants', 'cats'] })).toEqual([true, true, false])
    expect(has({ authors: [ants.author], topics: ['ants'] }, () => true)).toEqual([false, false, false])
  })

  test('has a topic only byte for byte', async () => {
    const [ants] = await entries()
    for (const topic of ['Ants', 'ant', 'ants ']) {
      expect(new ServedScope({ authors: [], topics: [topic] }, never).has(ants ?? expect.fail())).toBe(false)
    }
  })
})

describe('known lists', () => {
  test('are recalled by their hash', () => {
    const lists = new KnownLists()
    lists.remember([alice, bob])
    expect(lists.recall(hashOfAuthors([alice, bob]))).toEqual([alice, bob])
    expect(lists.recall(hashOfAuthors([bob, alice]))).toBeUndefined()
  })

  test('are forgotten beyond the limit, those not asked for first', () => {
    const lists = new KnownLists()
    const many = Array.from({ length: SCOPE_AUTHORS_KEPT_MAX - 4 }, () => authors[2] ?? expect.fail())
    const [first, second] = [authors.slice(0, 2), authors.slice(2, 4)]
    for (const list of [first, second, many]) lists.remember(list)
    expect(lists.recall(hashOfAuthors(first))).toEqual(first)
    lists.remember([alice, alice])
    expect(lists.recall(hashOfAuthors(second))).toBeUndefined()
    expect(lists.recall(hashOfAuthors(first))).toEqual(first)
  })
})

test('a list is told to the peer that it was told, until another is', () => {
  const told = new ToldLists()
  const [one, other] = [wireScope({ authors: [alice, bob], topics: [] }), wireScope({ authors: [alice], topics: [] })]
  told.told('peer', one)
  expect([told.areTold('peer', one), told.areTold('peer', other), told.areTold('another', one)]).toEqual([
    true,
    false,
    false,
  ])
  told.told('peer', 'all')
  expect(told.areTold('peer', one)).toBe(false)
  told.told('peer', one)
  for (let at = 0; at < PEERS_COUNTED_MAX; at++) told.told(`peer ${at}`, one)
  expect([told.areTold('peer', one), told.areTold('peer 0', one)]).toEqual([false, true])
})
