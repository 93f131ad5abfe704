import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, TEST_NOW } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { openWithProjections, titles } from './open-projections.ts'
import type { Draft } from '../../src/feed/index.ts'

const bob = identityOf(2)

function titled(title: string, more: object = {}): Draft {
  return { content: { title, ...more } }
}

describe('words', () => {
  test.each([
    ['must all occur', 'sync slow', ['slow sync']],
    ['match in any order and case', 'SYNC Slow', ['slow sync']],
    ['match in any of their forms', 'syncing', ['fast sync', 'slow sync']],
    ['match without accents', 'cafe', ['Café']],
    ['match with accents that are not there', 'slów', ['slow sync']],
    ['match where they stand together when a sign joins them', 'fork-join', ['fork join']],
    ['match a phrase only where it stands', 'join-fork', []],
    ['are completed when they are the last', 'caf', ['Café']],
    ['are not completed before the last', 'caf sync', ['fast sync', 'slow sync']],
    ['are enough one by one when no message has them all', 'slow zebra', ['slow sync']],
    ['find nothing when none occurs', 'zebra antelope', []],
    ['find nothing when there are none', '-- ?', []],
  ])('%s', async (_, text, expected) => {
    const { publish, search } = openWithProjections()
    await publish(titled('fast sync'), titled('slow sync'), titled('Café'), titled('fork join'))
    const found = await search(text)
    expect(titles(found).sort()).toEqual(expected)
    expect(found.total).toBe(expected.length)
  })

  test('are found in texts of any depth and in tags, never in names of fields', async () => {
    const { publish, search } = openWithProjections()
    await publish({ content: { outer: [{ inner: 'pearl' }] }, tags: ['oyster'] }, { content: 'plain words' })
    for (const text of ['pearl', 'oyster', 'plain']) expect((await search(text)).total).toBe(1)
    for (const text of ['outer', 'inner', 'content', 'tags']) expect((await search(text)).total).toBe(0)
  })

  test('are completed while fewer than 20 messages have them whole', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('pearls'), ...Array.from({ length: 19 }, () => titled('pearl')), titled('pearlescent'))
    expect((await search('pearl')).total).toBe(20)
    const { publish: publishMore, search: searchMore } = openWithProjections()
    await publishMore(...Array.from({ length: 19 }, () => titled('pearl')), titled('pearlescent'))
    expect((await searchMore('pearl')).total).toBe(20)
  })

  test('never are a language: any text is answered', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('fast sync'))
    const signs = fc.constantFrom(
      '"',
      "'",
      '*',
      '(',
      ')',
      ':',
      '^',
      '-',
      '+',
      '{',
      '}',
      'AND',
      'OR',
      'NOT',
      'NEAR',
      ' ',
      'a',
      '\0',
      ',',
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(signs).map((parts) => parts.join('')),
    )
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), async (text, fill) => {
        await search(text, { fill })
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

describe('the order of hits', () => {
  test('puts a title before an observation and that before the rest', async () => {
    const { publish, search } = openWithProjections()
    // All of one length, and the best the oldest, so that nothing but the place of the word decides.
    await publish(
      { content: { title: 'pearl', observation: 'one', evidence: 'two' } },
      { content: { title: 'one', observation: 'pearl', evidence: 'two' } },
      { content: { title: 'two', observation: 'one', evidence: 'pearl' } },
      ...insights(10),
    )
    const found = await search('pearl')
    expect(titles(found)).toEqual(['pearl', 'one', 'two'])
    const scores = found.hits.map(({ score }) => score)
    expect(scores.toSorted((left, right) => right - left)).toEqual(scores)
    expect(Math.min(...scores)).toBeGreaterThan(0)
  })

  test('puts the newer of equals first', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('pearl'), titled('pearl'), ...insights(3))
    expect((await search('pearl')).hits.map(({ message }) => message.sequence)).toEqual([2, 1])
  })

  test('goes on over pages', async () => {
    const { publish, search } = openWithProjections()
    await publish(...Array.from({ length: 5 }, () => titled('pearl')), ...insights(6))
    const pages = await Promise.all([0, 2, 4, 6].map((offset) => search('pearl', { limit: 2, offset })))
    expect(pages.map(({ hits }) => hits.map(({ message }) => message.sequence))).toEqual([[5, 4], [3, 2], [1], []])
    expect(pages.map(({ total }) => total)).toEqual([5, 5, 5, 5])
  })

  test('ranks 5,000 matches at most, the newest, and does not count beyond', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('pearl pearl pearl'), ...Array.from({ length: 4_998 }, () => titled('a pearl among others')))
    expect((await search('pearl', { limit: 1 })).total).toBe(4_999)
    expect(titles(await search('pearl', { limit: 1 }))).toEqual(['pearl pearl pearl'])
    await publish(titled('a pearl among others'), titled('a pearl among others'))
    const found = await search('pearl', { limit: 1 })
    expect(found.total).toBeUndefined()
    expect(titles(found)).toEqual(['a pearl among others'])
    // A common word beside one that no message has must not hide what a rare one finds.
    await publish(titled('zebra'), { ...titled('pearlescent'), tags: ['x'] })
    expect(titles(await search('pearl zebra'))).toEqual(['zebra'])
    // And is whole as it stands: what begins with it would be too much to gather.
    expect((await search('pearl', { tag: 'x' })).total).toBe(0)
    expect((await search('pearlesc', { tag: 'x' })).total).toBe(1)
  })
})

describe('a page that is filled', () => {
  const notes = [titled('slow sync'), titled('slow disk'), titled('fast sync'), titled('nothing')]

  test('has messages with some of the words behind those with all, each once', async () => {
    const { publish, search } = openWithProjections()
    await publish(...notes)
    const found = await search('why is the sync slow', { fill: true })
    expect(titles(found)).toEqual(['slow sync', 'fast sync', 'slow disk'])
    expect(found.total).toBe(3)
  })

  test('goes on over pages, across the border of the two', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('the slow sync'), ...notes)
    const pages = await Promise.all(
      [0, 1, 2, 3, 4].map((offset) => search('slow sync', { fill: true, limit: 1, offset })),
    )
    const whole = await search('slow sync', { fill: true })
    expect(pages.flatMap(titles)).toEqual(titles(whole))
    expect(pages.map(({ total }) => total)).toEqual([4, 4, 4, 4, 4])
  })

  test('finds identifiers by their parts and the other way round', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('raise retryBudget'), titled('the retry budget'), ...insights(3))
    for (const text of ['retry budget', 'retryBudget']) expect((await search(text)).total).toBe(2)
  })

  test('finds Japanese and Chinese, which have no spaces', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('先に郵便番号を入力させる'), titled('住所'), ...insights(3))
    expect(titles(await search('郵便番号'))).toEqual(['先に郵便番号を入力させる'])
    expect((await search('番便')).total).toBe(0)
  })
})

test('an old message with a rare word is not crowded out by new ones with words that are less rare', async () => {
  const { publish, search } = openWithProjections()
  const many = (word: string) => Array.from({ length: 2_500 }, () => titled(word))
  await publish(titled('zebra'), ...many('pearl'), ...many('coral'))
  const found = await search('zebra pearl coral', { limit: 1 })
  expect(titles(found)).toEqual(['zebra'])
  expect(found.total).toBe(2_501)
})

describe('filters', () => {
  test.each([
    ['type', { contentTypes: ['insight'] }, [1, 3]],
    ['one of two types', { contentTypes: ['insight', 'memory'] }, [1, 3]],
    ['tag', { tag: 'a tag' }, [2, 3]],
    ['author', { author: identityOf(1).author }, [1, 2, 3]],
    ['author who is not known', { author: bob.author }, []],
    ['tag that nothing has', { tag: 'a' }, []],
    ['category', { category: 'rules' }, [2]],
    ['project', { project: 'tidepool' }, [2, 3]],
    ['author among others', { among: [bob.author, identityOf(1).author] }, [1, 2, 3]],
    ['author among nobody who is known', { among: [bob.author] }, []],
    ['author among nobody', { among: [] }, []],
    ['two of them', { tag: 'a tag', contentTypes: ['insight'] }, [3]],
  ])('keep only messages with that %s', async (_, query, expected) => {
    const { publish, search } = openWithProjections()
    await publish(
      titled('pearl', { type: 'insight' }),
      { ...titled('pearl', { category: 'rules', project: 'tidepool' }), tags: ['a tag'] },
      { ...titled('pearl', { type: 'insight', project: 'tidepool' }), tags: ['a tag'] },
      titled('other', { type: 'insight' }),
    )
    for (const text of ['pearl', 'pearl zebra']) {
      const found = await search(text, query)
      expect(found.hits.map(({ message }) => message.sequence).sort()).toEqual(expected)
      expect(found.total).toBe(expected.length)
    }
  })

  test('tell authors apart', async () => {
    const { log, search, settled, publish } = openWithProjections()
    await publish(titled('pearl'))
    await log.ingest(chainOf(bob, [titled('pearl')]).map(itemOf), 'peer')
    await settled()
    const found = await search('pearl', { author: bob.author })
    expect(found.hits.map(({ message }) => message.author)).toEqual([bob.author])
  })

  test('since keeps what is not older, by the earlier of claimed and received time', async () => {
    const { log, search, settled, clock } = openWithProjections()
    clock.now = TEST_NOW + 1500
    await log.ingest(chainOf(bob, [titled('pearl 1'), titled('pearl 2'), titled('pearl 3')]).map(itemOf), 'peer')
    await settled()
    const since = async (ms: number) => titles(await search('pearl', { since: TEST_NOW + ms })).sort()
    expect(await since(0)).toEqual(['pearl 1', 'pearl 2', 'pearl 3'])
    expect(await since(1)).toEqual(['pearl 2', 'pearl 3'])
    expect(await since(1500)).toEqual(['pearl 3'])
    expect(await since(1501)).toEqual([])
  })
})

describe('what is gone is not found', () => {
  test('at the time when it expires', async () => {
    const { publish, search, clock } = openWithProjections()
    await publish({ ...titled('pearl'), expiresAt: '2026-01-01T00:01:00Z' })
    clock.now = Date.UTC(2026, 0, 1, 0, 1) - 1
    expect((await search('pearl')).total).toBe(1)
    clock.now += 1
    expect(await search('pearl')).toEqual({ hits: [], total: 0 })
  })

  test('when its feed is forked below it', async () => {
    const { log, search, settled } = openWithProjections()
    const trunk = chainOf(bob, [titled('pearl 1'), titled('pearl 2')])
    await log.ingest(trunk.map(itemOf), 'peer')
    await settled()
    expect((await search('pearl')).total).toBe(2)
    await log.ingest(chainOf(bob, [titled('pearl 3')], trunk[0]).map(itemOf), 'peer')
    await settled()
    expect(titles(await search('pearl'))).toEqual(['pearl 1'])
  })
})

describe("FTS5's own language", () => {
  test.each([
    ['a column', 'title : pearl', ['pearl in title']],
    ['a phrase', '"in rest"', ['nothing here']],
    ['operators', 'pearl NOT nothing', ['pearl in title']],
    ['NEAR', 'NEAR(pearl title, 2)', ['pearl in title']],
    ['a prefix', 'pea*', ['nothing here', 'pearl in title']],
  ])('understands %s', async (_, text, expected) => {
    const { publish, search } = openWithProjections()
    await publish(titled('pearl in title'), titled('nothing here', { evidence: 'pearl in rest, no title' }))
    expect(titles(await search(text, { fts5: true })).sort()).toEqual(expected)
  })

  test.each([
    ['a bracket that is not closed', 'a AND ('],
    ['a quote that is not closed', '"a'],
    ['a column that there is none of', 'nonsense : a'],
    ['nothing', ''],
    ['an operator alone', 'AND'],
  ])('refuses %s', async (_, text) => {
    const { search } = openWithProjections()
    const refusal = { code: 'PROJECTION_QUERY_INVALID', details: { field: 'q', reason: expect.any(String) } }
    await expect(search(text, { fts5: true })).rejects.toMatchObject(refusal)
  })

  test('cannot get around a filter', async () => {
    const { publish, search } = openWithProjections()
    await publish(titled('pearl'), { ...titled('pearl'), tags: ['x'] })
    const found = await search('pearl OR pearl', { fts5: true, tag: 'x' })
    expect(found.hits.map(({ message }) => message.sequence)).toEqual([2])
    await expect(search('pearl) OR (pearl', { fts5: true, tag: 'x' })).rejects.toMatchObject({
      code: 'PROJECTION_QUERY_INVALID',
    })
  })
})

test('searches beside the main thread when the log is in a file, snippets and refusals included', async () => {
  const { publish, search, projections, reader } = openWithProjections({ path: `${temporaryDirectory()}/egregore.db` })
  await publish(titled('a pearl in a file'), ...insights(3))
  const found = await search('pearls')
  expect(found).toMatchObject({ total: 1, hits: [{ snippet: 'a [pearl] in a file' }] })
  await expect(search('a AND', { fts5: true })).rejects.toMatchObject({ code: 'PROJECTION_QUERY_INVALID' })
  await projections.stop()
  await reader.close()
})
