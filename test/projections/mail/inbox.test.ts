import { describe, expect, test } from 'vitest'
import { SqliteMailboxStore } from '../../../src/store/index.ts'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../../support/open-log.ts'
import { openWithProjections } from '../open-projections.ts'
import type { MessageEntry } from '../../../src/log/index.ts'
import type { InboxQuery } from '../../../src/projections/index.ts'

/** A node of ours that hears of what two others say. */
function openInbox() {
  const ours = openWithProjections()
  const mailbox = new SqliteMailboxStore(ours.database)
  const speakers = [openLog({ seed: 2, clock: ours.clock }), openLog({ seed: 3, clock: ours.clock })]
  const me = ours.log.author
  return {
    ...ours,
    mailbox,
    me,
    authors: speakers.map(({ log }) => log.author),
    /** What speaker `who` says comes to us, a second later than what was said before. */
    async hear(content: object, who = 0, expiresAt?: string): Promise<MessageEntry> {
      ours.clock.now += 1000
      const speaker = speakers[who] ?? expect.fail()
      const message = await speaker.log.publish({ content, ...(expiresAt !== undefined && { expiresAt }) })
      await ours.log.ingest([itemOf(message)], 'a peer')
      await ours.settled()
      return message
    },
    inbox: (query: Partial<InboxQuery> = {}) =>
      ours.projections.inbox({ author: me, roles: [], muted: [], limit: 50, offset: 0, ...query }),
  }
}

type Opened = ReturnType<typeof openInbox>

async function texts(opened: Opened, query: Partial<InboxQuery> = {}): Promise<unknown[]> {
  const { received } = await opened.inbox(query)
  return received.map(({ message }) => (message.envelope.content as { text?: unknown }).text)
}

const NOBODYS = 'f'.repeat(64)

const say = (text: string, more: object = {}) => ({ type: 'message', text, ...more })

describe('what reaches us', () => {
  test('by name, by role, in answer, and to everybody, the newest first', async () => {
    const opened = openInbox()
    const [ours] = await opened.publish({ content: say('anybody there?') })
    await opened.hear(say('to you', { to: [opened.me, 'role:ops'] }))
    await opened.hear(say('to a role', { to: ['role:ops'] }))
    await opened.hear(say('yes', { reply_to: ours?.hash, to: [opened.authors[1]] }))
    await opened.hear(say('to all'))
    await opened.hear(say('to somebody else', { to: [opened.authors[1]] }))
    await opened.hear(say('to another role', { to: ['role:press'] }))
    const { received, total, hasMore } = await opened.inbox({ roles: ['ops'] })
    expect(received.map(({ message, reach }) => [(message.envelope.content as { text: string }).text, reach])).toEqual([
      ['to all', 'everybody'],
      ['yes', 'reply'],
      ['to a role', 'role'],
      ['to you', 'direct'],
    ])
    expect([total, hasMore]).toEqual([4, false])
    expect(await texts(opened, { roles: ['ops'], reach: ['role', 'reply'] })).toEqual(['yes', 'to a role', 'to you'])
  })

  test('a response reaches who asked, and nobody else', async () => {
    const opened = openInbox()
    const [question] = await opened.publish({ content: { type: 'query', question: 'why?' } })
    const theirs = await opened.hear({ type: 'query', question: 'who?' })
    await opened.hear({ type: 'response', query_hash: question?.hash, answer: 'because' })
    await opened.hear({ type: 'response', query_hash: theirs.hash, answer: 'me' }, 1)
    const { received } = await opened.inbox()
    expect(received.map(({ message, reach }) => [message.envelope.content, reach])).toEqual([
      [expect.objectContaining({ answer: 'because' }), 'reply'],
      [expect.objectContaining({ question: 'who?' }), 'everybody'],
    ])
    expect((await opened.inbox({ kind: 'response' })).received).toHaveLength(1)
  })

  test('five thousand answers among others hide no answer to us', { timeout: 60_000 }, async () => {
    const opened = openInbox()
    const [question] = await opened.publish({ content: { type: 'query', question: 'why?' } })
    await opened.hear({ type: 'response', query_hash: question?.hash, answer: 'because' }, 1)
    opened.clock.now += 1000
    const stranger = openLog({ seed: 4, clock: opened.clock }).log
    const said = await Promise.all(
      Array.from({ length: 5_001 }, () =>
        stranger.publish({ content: { type: 'response', query_hash: NOBODYS, answer: 'spam' } }),
      ),
    )
    await opened.log.ingest(said.map(itemOf), 'a peer')
    await opened.settled()
    const { received, total } = await opened.inbox()
    expect(received.map(({ message }) => message.envelope.content)).toEqual([
      expect.objectContaining({ answer: 'because' }),
    ])
    expect(total).toBe(1)
  })

  test('an answer reaches us as soon as what it answers is held, and as long', async () => {
    const opened = openInbox()
    const asker = identityOf(5)
    const [insight = expect.fail()] = chainOf(asker, [{ content: { type: 'insight', title: 'x', observation: 'y' } }])
    const answer = await opened.hear(say('indeed', { reply_to: insight.hash, to: ['role:press'] }))
    const heard = async (query: Partial<InboxQuery>) =>
      (await opened.inbox({ author: asker.author, ...query })).received.map(({ message, reach }) => [
        message.hash,
        reach,
      ])
    expect(await heard({})).toEqual([])
    await opened.log.ingest([itemOf(insight)], 'a peer')
    await opened.settled()
    for (const query of [{}, { unread: true }]) expect(await heard(query)).toEqual([[answer.hash, 'reply']])
    await opened.log.forget([{ author: asker.author, from: 1, to: 1 }])
    await opened.settled()
    for (const query of [{}, { unread: true }]) expect(await heard(query)).toEqual([])
  })

  test('our own words, and what is no message, do not', async () => {
    const opened = openInbox()
    await opened.publish({ content: say('to myself', { to: [opened.me] }) })
    await opened.hear({ type: 'insight', title: 'x', observation: 'y', to: [opened.me] })
    await opened.hear(say('to nobody', { to: ['ada', 5] }))
    expect((await opened.inbox()).received).toEqual([])
  })

  test('what was taken back, replaced, expired or blocked is left out', async () => {
    const opened = openInbox()
    const first = await opened.hear(say('first'))
    await opened.hear(say('second', { supersedes: first.hash }))
    const third = await opened.hear(say('third'))
    await opened.hear({ type: 'retract', target: third.hash })
    await opened.hear(say('for a minute'), 0, '2026-01-01T00:01:00Z')
    await opened.hear(say('of somebody blocked'), 1)
    expect(await texts(opened)).toEqual(['of somebody blocked', 'for a minute', 'second'])
    opened.log.selection.block(opened.authors[1] ?? expect.fail())
    opened.clock.now = TEST_NOW + 60_000
    expect(await texts(opened)).toEqual(['second'])
  })
})

describe('at the edges', () => {
  test('one that names thirty-two roles comes once, by whichever is ours; the thirty-third is nobody', async () => {
    const opened = openInbox()
    const roles = Array.from({ length: 33 }, (_, at) => `role-${at}`)
    await opened.hear(say('to many', { to: roles.map((role) => `role:${role}`) }))
    expect(await texts(opened, { roles: roles.slice(0, 32) })).toEqual(['to many'])
    expect((await opened.inbox({ roles })).total).toBe(1)
    expect(await texts(opened, { roles: ['role-31'] })).toEqual(['to many'])
    expect(await texts(opened, { roles: ['role-32'] })).toEqual([])
  })

  test('of more roles than agents of one machine have, the first 128 are looked for', async () => {
    const opened = openInbox()
    await opened.hear(say('to the last', { to: ['role:role-127'] }))
    await opened.hear(say('to the one behind', { to: ['role:role-128'] }))
    const roles = Array.from({ length: 129 }, (_, at) => `role-${at}`)
    expect(await texts(opened, { roles })).toEqual(['to the last'])
  })

  test('a clock that is days ahead puts nothing on top, and one that is behind hides nothing', async () => {
    const opened = openInbox()
    const [ahead, behind] = [3, -3].map((days) => ({ now: TEST_NOW + days * 86_400_000 }))
    const speak = async (seed: number, clock: { now: number } | undefined, text: string) => {
      opened.clock.now += 1000
      const message = await openLog({ seed, clock: clock ?? expect.fail() }).log.publish({ content: say(text) })
      await opened.log.ingest([itemOf(message)], 'a peer')
      await opened.settled()
    }
    await speak(4, ahead, 'from the future')
    await speak(5, behind, 'from the past')
    await opened.hear(say('now'))
    expect(await texts(opened, { unread: true })).toEqual(['now', 'from the future', 'from the past'])
    expect(await texts(opened, { since: TEST_NOW })).toEqual(['now', 'from the future'])
  })

  test('critical or not, whoever is muted is not heard', async () => {
    const opened = openInbox()
    await opened.hear(say('it burns', { severity: 'critical', to: [opened.me] }))
    const muted = [opened.authors[0] ?? expect.fail()]
    expect(await texts(opened, { severity: 'critical' })).toEqual(['it burns'])
    expect(await texts(opened, { severity: 'critical', muted })).toEqual([])
  })

  test('a page behind the last one is empty, and says how many there are', async () => {
    const opened = openInbox()
    for (const text of ['one', 'two']) await opened.hear(say(text))
    expect(await opened.inbox({ limit: 2, offset: 2 })).toEqual({ received: [], total: 2, hasMore: false })
  })

  test('two thousand messages to us come in pages, each once, and are not counted to the end', async () => {
    const opened = openInbox()
    const speaker = openLog({ seed: 2, clock: opened.clock }).log
    const said: MessageEntry[] = []
    for (let at = 0; at < 2_000; at++) {
      opened.clock.now += 1
      said.push(await speaker.publish({ content: say(`${at}`, { to: [opened.me] }) }))
    }
    await opened.log.ingest(said.map(itemOf), 'a peer')
    await opened.settled()
    const seen = new Set<string>()
    for (let offset = 0; offset < 2_000; offset += 200) {
      const { received, total, hasMore } = await opened.inbox({ limit: 200, offset })
      for (const { message } of received) seen.add(message.hash)
      expect([total, hasMore]).toEqual([undefined, offset < 1_800])
    }
    expect(seen.size).toBe(2_000)
  })
})

describe('filters', () => {
  test('by severity, category, author and time', async () => {
    const opened = openInbox()
    await opened.hear(say('low', { category: 'deploys' }))
    await opened.hear(say('middle', { severity: 'warning' }), 1)
    await opened.hear(say('high', { severity: 'critical' }))
    await opened.hear(say('odd', { severity: 'apocalyptic' }))
    expect(await texts(opened, { severity: 'warning' })).toEqual(['high', 'middle'])
    expect(await texts(opened, { severity: 'critical' })).toEqual(['high'])
    expect(await texts(opened, { category: 'deploys' })).toEqual(['low'])
    expect(await texts(opened, { from: opened.authors[1] })).toEqual(['middle'])
    expect(await texts(opened, { since: TEST_NOW + 3000 })).toEqual(['odd', 'high'])
    expect(await texts(opened, { muted: [opened.authors[0] ?? expect.fail()] })).toEqual(['middle'])
  })

  test('by category, whichever way a message came, and whether or not it was read', async () => {
    const opened = openInbox()
    const [ours] = await opened.publish({ content: say('anybody there?') })
    const deploys = { category: 'deploys' }
    const read = await opened.hear(say('to all', deploys))
    await opened.hear(say('to us', { ...deploys, to: [opened.me], severity: 'warning' }))
    await opened.hear(say('to a role', { ...deploys, to: ['role:ops'] }))
    await opened.hear({ type: 'response', query_hash: ours?.hash, text: 'in answer', ...deploys })
    await opened.hear(say('other', { category: 'deploy', to: [opened.me] }))
    await opened.hear(say('no slug', { category: 'Deploys' }))
    opened.mailbox.mark([read.hash], 'read', 1)
    const query = { ...deploys, roles: ['ops'] }
    expect(await texts(opened, query)).toEqual(['in answer', 'to a role', 'to us', 'to all'])
    expect(await texts(opened, { ...query, unread: true })).toEqual(['in answer', 'to a role', 'to us'])
    expect(await texts(opened, { ...query, severity: 'warning' })).toEqual(['to us'])
    expect(await texts(opened, { ...query, from: opened.authors[1] })).toEqual([])
  })

  test('pages follow one another, and the count ends at a thousand', async () => {
    const opened = openInbox()
    for (const text of ['one', 'two', 'three']) await opened.hear(say(text))
    expect(await texts(opened, { limit: 2 })).toEqual(['three', 'two'])
    expect(await opened.inbox({ limit: 2 })).toMatchObject({ total: 3, hasMore: true })
    expect(await texts(opened, { limit: 2, offset: 2 })).toEqual(['one'])
    expect(await opened.inbox({ limit: 2, offset: 2 })).toMatchObject({ total: 3, hasMore: false })
  })
})

describe('marks', () => {
  test('what is read and acknowledged says since when, and can be left out', async () => {
    const opened = openInbox()
    const first = await opened.hear(say('first'))
    const second = await opened.hear(say('second'))
    await opened.hear(say('third'))
    opened.mailbox.mark([first.hash], 'read', 5)
    opened.mailbox.mark([second.hash], 'acknowledged', 6)
    opened.mailbox.mark([first.hash], 'acknowledged', 7)
    expect(await texts(opened, { unread: true })).toEqual(['third'])
    const { received } = await opened.inbox()
    expect(received.map(({ readAt, acknowledgedAt }) => [readAt, acknowledgedAt])).toEqual([
      [undefined, undefined],
      [6, 6],
      [5, 7],
    ])
    opened.mailbox.unmark([second.hash])
    expect(await texts(opened, { unacknowledged: true })).toEqual(['third', 'second'])
  })

  test('a mark goes with its message, and what is not held gets none', async () => {
    const opened = openInbox()
    const [first, second] = [await opened.hear(say('first')), await opened.hear(say('second'))]
    opened.mailbox.mark([first.hash, second.hash, '0'.repeat(64)], 'read', 5)
    const marks = () => opened.database.prepare('SELECT offset FROM inbox_marks').pluck().all()
    expect(marks()).toEqual([1, 2])
    const { author, sequence } = first
    await opened.log.forget([{ author, from: sequence, to: sequence }])
    expect(marks()).toEqual([2])
    expect(await texts(opened)).toEqual(['second'])
    expect(await texts(opened, { unread: true })).toEqual([])
  })

  // Few are found by blocks of offsets, many by a walk from the newest: 4,096 is few.
  test.each([4_096, 4_097])(
    '%i unread among others that are read, the newest first',
    { timeout: 60_000 },
    async (count) => {
      const opened = openInbox()
      const speaker = openLog({ seed: 2, clock: opened.clock }).log
      const said = await Promise.all(
        Array.from({ length: count + 100 }, (_, at) => speaker.publish({ content: say(`${at}`, { to: [opened.me] }) })),
      )
      await opened.log.ingest(said.map(itemOf), 'a peer')
      await opened.settled()
      const read = said.filter((_, at) => at % 10 === 0).slice(0, 100)
      opened.mailbox.mark(
        read.map(({ hash }) => hash),
        'read',
        5,
      )
      const acknowledged = read.slice(0, 50).map(({ hash }) => hash)
      opened.mailbox.mark(acknowledged, 'acknowledged', 6)
      const newest = said
        .map((_, at) => `${at}`)
        .filter((text) => !read.some(({ sequence }) => `${sequence - 1}` === text))
      expect(await texts(opened, { unread: true, limit: 3 })).toEqual(newest.slice(-3).reverse())
      const { received, hasMore, total } = await opened.inbox({ unread: true, limit: 200, offset: count - 200 })
      expect(received.map(({ message }) => (message.envelope.content as { text: string }).text)).toEqual(
        newest.slice(0, 200).reverse(),
      )
      expect([hasMore, total]).toEqual([false, undefined])
      expect((await opened.inbox({ unacknowledged: true, limit: 200, offset: count - 100 })).received).toHaveLength(150)
    },
  )
})

test('whoever is muted is muted once, until that ends', () => {
  const { mailbox, authors } = openInbox()
  const [one = expect.fail(), other = expect.fail()] = authors
  mailbox.mute(other, 1)
  mailbox.mute(one, 2)
  mailbox.mute(other, 3)
  expect(mailbox.mutes()).toEqual([other, one])
  mailbox.unmute(other)
  expect(mailbox.mutes()).toEqual([one])
})

test('of the critical messages of an author sixty in an hour count as such', async () => {
  const opened = openInbox()
  const critical = (text: string) => opened.hear(say(text, { severity: 'critical' }))
  for (let count = 1; count <= 60; count++) await critical(`${count}`)
  await critical('one too many')
  await opened.hear(say('of another', { severity: 'critical' }), 1)
  const severities = async (limit: number) => (await opened.inbox({ limit })).received.map(({ severity }) => severity)
  expect(await severities(3)).toEqual(['critical', 'warning', 'critical'])
  expect(await opened.projections.criticalInLastHour(opened.authors[1] ?? expect.fail())).toBe(1)
  expect(await opened.projections.criticalInLastHour(opened.authors[0] ?? expect.fail())).toBe(60)
  // An hour after the second of them there is room for one again.
  opened.clock.now = TEST_NOW + 2000 + 3_600_000
  await critical('an hour later')
  expect(await severities(1)).toEqual(['critical'])
})
