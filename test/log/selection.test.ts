import { describe, expect, test } from 'vitest'
import { BLOCKS_MAX, FOLLOWS_MAX, Log, Selection, TOPIC_BYTES_MAX, TOPICS_MAX } from '../../src/log/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { MemoryLogStore } from '../support/memory-log-store.ts'
import { MemoryPublishedKeyStore } from '../support/memory-published-key-store.ts'
import { MemorySelectionStore } from '../support/memory-selection-store.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import type { Author } from '../../src/feed/index.ts'

const [own, alice, bob] = [1, 2, 3].map((seed) => identityOf(seed).author) as [Author, Author, Author]

function openSelection(store = new MemorySelectionStore()): Selection {
  return new Selection({ store, logStore: new MemoryLogStore(), author: own, clock: () => TEST_NOW })
}

describe('scope', () => {
  test('is all without follows and topics', () => {
    expect(openSelection().scope).toBe('all')
  })

  test('is the followed authors and our own', () => {
    const selection = openSelection()
    selection.follow(alice)
    expect(selection.scope).toEqual({ authors: [own, alice], topics: [] })
  })

  test('names our own feed once, also when we follow it', () => {
    const selection = openSelection()
    selection.follow(own)
    expect(selection.scope).toEqual({ authors: [own], topics: [] })
  })

  test('holds follows and topics side by side', () => {
    const selection = openSelection()
    selection.addTopic('sqlite')
    selection.follow(bob)
    expect(selection.scope).toEqual({ authors: [own, bob], topics: ['sqlite'] })
  })

  test('is all again when the last of them goes', () => {
    const selection = openSelection()
    selection.follow(alice)
    selection.addTopic('sqlite')
    selection.unfollow(alice)
    selection.removeTopic('sqlite')
    expect(selection.scope).toBe('all')
  })

  test('is not changed by a block', () => {
    const selection = openSelection()
    selection.block(alice)
    expect([selection.scope, selection.isBlocked(alice), selection.isBlocked(bob)]).toEqual(['all', true, false])
  })
})

describe('limits', () => {
  const authors = Array.from({ length: BLOCKS_MAX + 1 }, (_, index): Author => `@${index}.ed25519`)

  test.each([
    ['follows', FOLLOWS_MAX, (selection: Selection, at: number) => selection.follow(authors[at] ?? expect.fail())],
    ['topics', TOPICS_MAX, (selection: Selection, at: number) => selection.addTopic(`topic ${at}`)],
    ['blocks', BLOCKS_MAX, (selection: Selection, at: number) => selection.block(authors[at] ?? expect.fail())],
  ] as const)('%s: no more than the limit, and one that is there already is no more', (list, limit, add) => {
    const selection = openSelection()
    for (let at = 0; at < limit; at++) add(selection, at)
    expect(() => add(selection, limit)).toThrow(expect.objectContaining({ code: 'LOG_SELECTION_FULL' }))
    add(selection, 0)
    expect(selection[list]).toHaveLength(limit)
  })

  test('a topic has some text, and not too much', () => {
    const selection = openSelection()
    const longest = 'ü'.repeat(TOPIC_BYTES_MAX / 2)
    expect(selection.addTopic(` ${longest}\n`)).toBe(longest)
    for (const text of ['', ' ', `${longest}x`]) {
      const refusal = expect.objectContaining({ code: 'LOG_TOPIC_INVALID' })
      expect(() => selection.addTopic(text)).toThrow(refusal)
      expect(() => selection.removeTopic(text)).toThrow(refusal)
    }
    expect(selection.topics).toEqual([longest])
  })

  test('our own feed cannot be blocked', () => {
    expect(() => openSelection().block(own)).toThrow(expect.objectContaining({ code: 'LOG_BLOCK_OWN' }))
  })
})

describe('changes', () => {
  test('are told once each, and no longer than somebody listens', () => {
    const selection = openSelection()
    let told = 0
    const stop = selection.onChange(() => told++)
    selection.follow(alice)
    selection.follow(alice)
    selection.unfollow(bob)
    selection.unfollow(alice)
    expect(told).toBe(2)
    stop()
    selection.addTopic('sqlite')
    expect(told).toBe(2)
  })

  test('survive a restart', () => {
    const store = new MemorySelectionStore()
    const before = openSelection(store)
    before.follow(alice)
    before.addTopic('sqlite')
    before.block(bob)
    const { follows, topics, blocks } = openSelection(store)
    expect({ follows, topics, blocks }).toEqual({ follows: [alice], topics: ['sqlite'], blocks: [bob] })
  })
})

describe('a blocked author', () => {
  const items = chainOf(identityOf(2), insights(3)).map(itemOf)

  test('is not stored, whatever is sent', async () => {
    const { log } = openLog()
    log.selection.block(alice)
    const outcomes = await log.ingest(items, 'a peer')
    expect(outcomes).toEqual(items.map(() => ({ outcome: 'blocked' })))
    expect(log.counts()).toMatchObject({ messages: 0, feeds: 0 })
  })

  test('is not stored when the block comes while signatures are checked', async () => {
    const { log } = openLog()
    const ingested = log.ingest(items, 'a peer')
    log.selection.block(alice)
    expect(await ingested).toEqual(items.map(() => ({ outcome: 'blocked' })))
  })

  test('is stored again after the block', async () => {
    const { log } = openLog()
    log.selection.block(alice)
    log.selection.unblock(alice)
    expect(await log.ingest(items, 'a peer')).toEqual(items.map(() => ({ outcome: 'appended' })))
  })
})

describe('what comes unasked', () => {
  const drafts = [{ content: 1, tags: ['ants'] }, { content: 2, tags: ['bees'] }, { content: 3 }]
  const items = chainOf(identityOf(2), drafts).map(itemOf)
  const outcomes = async (log: Log, unasked: boolean) =>
    (await log.ingest(items, 'a peer', { unasked })).map((result) => ('outcome' in result ? result.outcome : result))

  test('is taken as far as it is selected, and what was asked for is taken whole', async () => {
    const { log } = openLog()
    log.selection.addTopic('ants')
    expect(await outcomes(log, true)).toEqual(['appended', 'unwanted', 'unwanted'])
    expect(await outcomes(log, false)).toEqual(['duplicate', 'appended', 'appended'])
  })

  test('is taken when its author is followed, when everything is wanted, and when it is our own', async () => {
    const { log } = openLog()
    log.selection.follow(alice)
    expect(await outcomes(log, true)).toEqual(['appended', 'appended', 'appended'])
    expect(await outcomes(openLog().log, true)).toEqual(['appended', 'appended', 'appended'])
    const restored = openLog({ seed: 2 }).log
    restored.selection.follow(bob)
    expect(await outcomes(restored, true)).toEqual(['appended', 'appended', 'appended'])
  })

  test('of a blocked author is blocked, also when it has a topic', async () => {
    const { log } = openLog()
    log.selection.addTopic('ants')
    log.selection.block(alice)
    expect(await outcomes(log, true)).toEqual(['blocked', 'blocked', 'blocked'])
  })
})

describe('holes', () => {
  const items = chainOf(identityOf(2), insights(3)).map(itemOf)

  test.each([
    [
      'a memory',
      (): Log =>
        new Log({
          store: new MemoryLogStore(),
          selectionStore: new MemorySelectionStore(),
          publishedKeyStore: new MemoryPublishedKeyStore(),
          identity: identityOf(1),
          clock: () => TEST_NOW,
        }),
    ],
    ['a database', (): Log => openLog().log],
  ])('are missing exactly in feeds that are wanted whole: %s', async (_, open) => {
    const log = open()
    log.selection.follow(bob)
    await log.ingest(items.slice(2), 'a peer')
    const seen = [log.hasMissing()]
    const then = (change: () => void): void => {
      change()
      seen.push(log.hasMissing())
    }
    then(() => log.selection.follow(alice))
    then(() => log.selection.unfollow(alice))
    then(() => log.selection.unfollow(bob))
    then(() => log.selection.block(alice))
    then(() => log.selection.unblock(alice))
    then(() => log.selection.addTopic('ants'))
    expect(seen).toEqual([false, true, false, true, false, true, false])
  })
})

test('a change that the database refuses changes nothing', () => {
  const { log, database } = openLog()
  log.selection.follow(alice)
  const { version } = log.selection
  database.pragma('query_only = ON')
  expect(() => log.selection.follow(bob)).toThrow(expect.objectContaining({ name: 'StoreError' }))
  expect(() => log.selection.unfollow(alice)).toThrow(expect.objectContaining({ name: 'StoreError' }))
  expect([log.selection.follows, log.selection.version]).toEqual([[alice], version])
})
