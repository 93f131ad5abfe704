// Names and cards over a real log.

import { expect, test } from 'vitest'
import { shortKey } from '../../src/content/index.ts'
import { AGENTS_OF_AUTHOR_MAX } from '../../src/projections/constants.ts'
import { chainOf, itemOf } from '../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import { openProjectionsOf } from './open-projections.ts'
import type { Draft } from '../../src/feed/index.ts'
import type { CardsQuery } from '../../src/projections/index.ts'

const [alice, bob, carol] = [identityOf(2), identityOf(3), identityOf(4)]

function profile(name: unknown, fields: object = {}): Draft {
  return { content: { type: 'profile', name, ...fields } }
}

function opened() {
  const open = openProjectionsOf(openLog())
  const { log, projections, settled } = open
  const say = async (identity: typeof alice, ...drafts: Draft[]) => {
    await log.ingest(chainOf(identity, drafts).map(itemOf), 'peer')
    await settled()
  }
  const nameOf = async ({ author }: typeof alice) => (await projections.names([author])).get(author)
  const cards = async (query: Partial<CardsQuery> = {}) => projections.cards({ limit: 50, offset: 0, ...query })
  return { ...open, say, nameOf, cards }
}

test('an author is called by the short key until it has a profile, and as the last one says from then on', async () => {
  const { say, nameOf } = opened()
  expect(await nameOf(alice)).toBe(shortKey(alice.author))
  const [first, second] = [profile('Alice'), profile('Alice of Wonderland')]
  await say(alice, first)
  expect(await nameOf(alice)).toBe('Alice')
  await say(alice, first, second)
  expect(await nameOf(alice)).toBe('Alice of Wonderland')
})

test('two authors with one name, or with names that look alike, are shown with their keys', async () => {
  const { say, nameOf } = opened()
  await say(alice, profile('Alice'))
  expect(await nameOf(alice)).toBe('Alice')
  // Cyrillic, in which every letter of it has a twin.
  await say(bob, profile('аlісе'))
  expect(await nameOf(alice)).toBe(`Alice (${shortKey(alice.author)})`)
  expect(await nameOf(bob)).toBe(`аlісе (${shortKey(bob.author)})`)
})

test('a name that somebody gave up is free, and so is that of a blocked author', async () => {
  const { say, nameOf, log } = opened()
  await say(alice, profile('Alice'))
  await say(bob, profile('alice'), profile('Bob'))
  expect(await nameOf(alice)).toBe('Alice')
  await say(carol, profile('ALICE'))
  expect(await nameOf(alice)).toBe(`Alice (${shortKey(alice.author)})`)
  log.selection.block(carol.author)
  expect(await nameOf(alice)).toBe('Alice')
})

test('an agent’s card with an author’s name takes it as well', async () => {
  const { say, nameOf } = opened()
  await say(alice, profile('Alice'))
  await say(bob, profile('Bob'), profile('alice', { agent: 'claude' }))
  expect(await nameOf(alice)).toBe(`Alice (${shortKey(alice.author)})`)
  expect(await nameOf(bob)).toBe('Bob')
})

test('an author who only has cards of agents is called as the last of them', async () => {
  const { say, nameOf } = opened()
  await say(alice, profile('Claude', { agent: 'claude' }), profile('Codex', { agent: 'codex' }))
  expect(await nameOf(alice)).toBe('Codex')
})

test.each([
  ['81 characters', 'x'.repeat(81)],
  ['a number', 5],
  ['null', null],
])('a profile whose name is %s is passed over', async (_, name) => {
  const { say, nameOf, cards } = opened()
  await say(bob, profile(name))
  expect(await cards()).toEqual({ cards: [], total: 0 })
  await say(alice, profile('Alice'), profile(name))
  expect(await nameOf(alice)).toBe('Alice')
})

test('a profile that is one text has a card without a name', async () => {
  const { say, cards } = opened()
  await say(alice, { content: { type: 'profile', body: 'I am Alice' } })
  expect((await cards()).cards).toMatchObject([{ author: alice.author, name: shortKey(alice.author) }])
})

test.each([
  ['what is empty when it is cleaned', '\u202e\u001b[31m \u200b'],
  ['marks alone', '\u0301\u0301'],
])('a profile whose name is %s leaves its author the short key', async (_, name) => {
  const { say, nameOf } = opened()
  await say(alice, profile(name, { description: 'x' }))
  expect(await nameOf(alice)).toBe(shortKey(alice.author))
})

test('a profile holds from valid_from until valid_until and expires_at, and the one before it holds again then', async () => {
  const { say, cards, clock } = opened()
  const hour = 3_600_000
  const at = (ms: number) => new Date(TEST_NOW + ms).toISOString()
  await say(
    alice,
    profile('Alice'),
    { ...profile('On call'), expiresAt: at(9 * hour).replace('.000', '') },
    profile('Away', { valid_from: at(hour), valid_until: at(2 * hour) }),
  )
  const names: (string | undefined)[] = []
  for (const moment of [0, hour - 1, hour, 2 * hour - 1, 2 * hour, 9 * hour]) {
    clock.now = TEST_NOW + moment
    names.push((await cards()).cards[0]?.name)
  }
  expect(names).toEqual(['On call', 'On call', 'Away', 'Away', 'On call', 'Alice'])
})

test('a name that ceased to hold is shown for ten seconds at most', async () => {
  const { say, nameOf, clock } = opened()
  await say(alice, profile('Alice', { valid_until: '2026-01-01T00:00:01Z' }))
  expect(await nameOf(alice)).toBe('Alice')
  clock.now += 9_999
  expect(await nameOf(alice)).toBe('Alice')
  clock.now += 1
  expect(await nameOf(alice)).toBe(shortKey(alice.author))
})

test('cards are one for each agent, and chosen by capability, role and author', async () => {
  const { say, cards } = opened()
  await say(
    alice,
    profile('Alice', {
      role: 'reviewer',
      capabilities: ['rust', 'Not a slug', 'rust'],
      host: 'desk',
      description: 'a\nb',
    }),
    profile('Claude', { agent: 'claude', capabilities: ['sql'] }),
  )
  await say(bob, profile('Bob', { capabilities: ['sql', 'rust'] }))
  const names = async (query: Partial<CardsQuery>) => (await cards(query)).cards.map(({ name }) => name)
  const { cards: all, total } = await cards()
  expect(total).toBe(3)
  expect(all.map(({ name, agent }) => [name, agent])).toEqual([
    ['Alice', undefined],
    ['Bob', undefined],
    ['Claude', 'claude'],
  ])
  expect(all[0]).toMatchObject({ role: 'reviewer', capabilities: ['rust'], host: 'desk', description: 'a b' })
  expect(await names({ capability: 'sql' })).toEqual(['Bob', 'Claude'])
  expect(await names({ role: 'reviewer' })).toEqual(['Alice'])
  expect(await names({ only: [alice.author] })).toEqual(['Alice', 'Claude'])
  expect(await names({ first: [bob.author] })).toEqual(['Bob', 'Alice', 'Claude'])
  expect(await names({ limit: 1, offset: 1 })).toEqual(['Bob'])
  expect((await cards({ limit: 1, offset: 9 })).total).toBe(3)
})

test('an author has 64 cards at most, those of the first agents by name', async () => {
  const { say, cards } = opened()
  const agents = Array.from({ length: 65 }, (_, index) => `agent-${String(index).padStart(2, '0')}`)
  await say(alice, ...agents.toReversed().map((agent) => profile(agent, { agent })))
  const { cards: all } = await cards({ limit: 100 })
  expect(all.map(({ agent }) => agent)).toEqual(agents.slice(0, 64))
})

test('names of many authors are looked up once', async () => {
  const { say, projections, reader } = opened()
  await say(alice, profile('Alice'))
  const read = reader.read.bind(reader)
  let asked = 0
  reader.read = (sql, ...parameters) => {
    asked++
    return read(sql, ...parameters)
  }
  for (let times = 0; times < 5; times++) await projections.names([alice.author, bob.author])
  expect(asked).toBe(1)
  // What is no profile costs one question whether there was one.
  await say(bob, { content: 'no profile' })
  await projections.names([alice.author])
  expect(asked).toBe(2)
})

test('a profile that is taken back gives way to the one before it, and its name is gone at once', async () => {
  const { publish, projections, nameOf, cards, identity } = opened()
  await publish(profile('Old'))
  const [message] = await publish(profile('New'))
  expect(await nameOf(identity)).toBe('New')
  const [retract] = await publish({ content: { type: 'retract', target: message?.hash } })
  expect(await nameOf(identity)).toBe('Old')
  expect((await cards()).cards.map(({ name }) => name)).toEqual(['Old'])
  await publish({ content: { type: 'retract', target: retract?.hash } })
  expect((await projections.names([identity.author])).get(identity.author)).toBe('New')
})

test.each([
  [63, 'Alice'],
  [64, shortKey(alice.author)],
])('behind %i later profiles that do not hold, an author is called %s', async (count, expected) => {
  const { say, nameOf } = opened()
  const past = profile('Gone', { valid_until: '2000-01-01T00:00:00Z' })
  await say(alice, profile('Alice'), ...Array.from({ length: count }, () => past))
  expect(await nameOf(alice)).toBe(expected)
})

test('of an author with thousands of agents no more names are looked at than have cards', async () => {
  const { say, projections, cards } = opened()
  const agents = Array.from({ length: AGENTS_OF_AUTHOR_MAX + 1 }, (_, at) => `agent-${String(at).padStart(3, '0')}`)
  await say(alice, ...agents.map((agent) => profile(`Name of ${agent}`, { agent })))
  expect((await cards({ limit: 100 })).total).toBe(AGENTS_OF_AUTHOR_MAX)
  expect(await projections.namedLike('Name of agent-063')).toMatchObject([{ author: alice.author }])
  expect(await projections.namedLike('Name of agent-064')).toEqual([])
})
