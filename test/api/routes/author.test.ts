// Names of authors: in messages and lists, and as what callers may write in the place of a key.

import { expect, test } from 'vitest'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { connect } from '../mcp/clients.ts'
import { openApi } from '../open-api.ts'
import type { Draft, Identity } from '../../../src/feed/index.ts'

const [alice, bob, nobody] = [identityOf(2), identityOf(3), identityOf(4)]
const short = ({ author }: Identity) => author.slice(0, 9)

async function opened() {
  const open = openApi()
  const { log, projections, get } = open
  const say = async (identity: Identity, ...drafts: Draft[]) => {
    await log.ingest(chainOf(identity, drafts).map(itemOf), 'a peer')
    await projections.settled(log.cursor().offset)
  }
  await say(alice, { content: { type: 'profile', name: 'Alice' } })
  await say(bob, { content: { type: 'profile', name: 'Bob' } })
  await say(nobody, { content: 'without a name' })
  const meant = (who: string) => get(`/v1/agents/${encodeURIComponent(who)}`)
  return { ...open, say, meant }
}

test('messages say how their author is called, in lists, by hash, in a search and when they are published', async () => {
  const { get, post, identity } = await opened()
  const namesIn = async (path: string) =>
    (await get(path)).data.map(({ local }: never) => (local as { author_name: string }).author_name)
  expect((await namesIn('/v1/feed')).toSorted()).toEqual([short(nobody), 'Alice', 'Bob'])
  expect(await namesIn('/v1/insights/search?q=without')).toEqual([short(nobody)])
  const own = await post('/v1/publish', { content: { type: 'profile', name: 'Desk' } })
  expect(own.data.local.author_name).toBe(short(identity))
  expect((await get(`/v1/message/${own.data.hash}`)).data.local.author_name).toBe('Desk')
})

test('lists of authors have names beside keys, and status has our own', async () => {
  const { call, get, post, identity } = await opened()
  await call('POST', `/v1/follows/${encodeURIComponent(alice.author)}`)
  await call('POST', `/v1/follows/${encodeURIComponent(nobody.author)}`)
  await call('POST', `/v1/blocks/${encodeURIComponent(bob.author)}`)
  expect((await get('/v1/follows')).data).toEqual([
    { author: alice.author, author_name: 'Alice' },
    { author: nobody.author },
  ])
  expect((await get('/v1/blocks')).data).toEqual([{ author: bob.author, author_name: 'Bob' }])
  await post('/v1/publish', { content: { type: 'profile', name: 'Desk' } })
  expect((await get('/v1/status')).data).toMatchObject({ identity: identity.author, name: 'Desk' })
})

test('an author is meant by a public ID, a short key, a name, or both as they are shown', async () => {
  const { meant } = await opened()
  for (const who of [
    alice.author,
    'alice',
    'ALICE',
    short(alice),
    alice.author.slice(0, 5),
    `Alice (${short(alice)})`,
  ]) {
    expect((await meant(who)).data).toEqual({ author: alice.author, author_name: 'Alice' })
  }
  expect((await meant(short(nobody))).data).toEqual({ author: nobody.author })
})

test.each(['', 'somebody', '@', '@AAA', '@AAAA', 'al\u0456ce', '\u202e', 'x'.repeat(1_000), 'Alice (@AAAAAAAA)'])(
  '%j means nobody',
  async (who) => {
    const { call } = await opened()
    const answer = await call('GET', `/v1/agents/${encodeURIComponent(who) || '%20'}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_AUTHOR', details: [{ field: 'author' }] } })
  },
)

test('a name that several have, or that looks like another’s, is answered with the candidates', async () => {
  const { meant, say } = await opened()
  await say(nobody, { content: 'without a name' }, { content: { type: 'profile', name: 'al\u0456ce' } })
  for (const who of ['alice', 'al\u0456ce', 'Al1ce']) {
    const { status, error } = await meant(who)
    expect(status).toBe(409)
    expect(error).toMatchObject({ code: 'AUTHOR_AMBIGUOUS', message: expect.stringContaining(alice.author) })
    const { candidates } = error.details as never as { candidates: { author: string; author_name: string }[] }
    expect(candidates.map(({ author }) => author).toSorted()).toEqual([alice.author, nobody.author].toSorted())
    expect(candidates[0]?.author_name).toMatch(/\(@.{8}\)$/)
  }
  expect((await meant(`alice (${short(nobody)})`)).data.author).toBe(nobody.author)
})

test('agents follow, unfollow and query by name', async () => {
  const open = await opened()
  const client = await connect('modern', open.api)
  expect((await client.call('egregore_follow', { author: 'alice' })).structuredContent).toEqual({
    author: alice.author,
    author_name: 'Alice',
  })
  expect((await client.call('egregore_query', { author: 'Bob' })).structuredContent.messages).toMatchObject([
    { name: 'Bob' },
  ])
  expect((await client.call('egregore_unfollow', { author: short(alice) })).structuredContent).toEqual({
    author: alice.author,
  })
  expect(open.log.selection.follows).toEqual([])
})

test.each(['follows', 'blocks', 'mutes'])(
  '%s take a name or a short key, and refuse what could be two',
  async (list) => {
    const { call, get, say } = await opened()
    const of = (who: string) => `/v1/${list}/${encodeURIComponent(who)}`
    expect((await call('POST', of('alice'))).data).toEqual({ author: alice.author, author_name: 'Alice' })
    expect((await call('POST', of(short(bob)))).data).toEqual({ author: bob.author, author_name: 'Bob' })
    expect((await get(`/v1/${list}`)).data).toHaveLength(2)
    expect((await call('DELETE', of('Bob'))).status).toBe(204)
    expect(await call('POST', of('somebody'))).toMatchObject({ status: 400, error: { code: 'INVALID_AUTHOR' } })
    expect((await call('DELETE', of(`alice (${short(alice)})`))).status).toBe(204)
    expect((await get(`/v1/${list}`)).data).toEqual([])
    await say(nobody, { content: 'without a name' }, { content: { type: 'profile', name: 'alice' } })
    for (const method of ['POST', 'DELETE']) {
      expect(await call(method, of('alice'))).toMatchObject({ status: 409, error: { code: 'AUTHOR_AMBIGUOUS' } })
    }
  },
)

test.each(['follows', 'blocks', 'mutes'])('who stands in the %s is known there by a short key', async (list) => {
  const { call, get } = openApi()
  expect((await call('DELETE', `/v1/${list}/${encodeURIComponent(short(alice))}`)).status).toBe(400)
  await call('POST', `/v1/${list}/${encodeURIComponent(alice.author)}`)
  expect((await call('DELETE', `/v1/${list}/${encodeURIComponent(short(alice))}`)).status).toBe(204)
  expect((await get(`/v1/${list}`)).data).toEqual([])
})

test('who is taken off a list is looked for there first, so that nobody else is taken for a blocked author', async () => {
  const { call, get, meant, say } = await opened()
  await say(nobody, { content: 'without a name' }, { content: { type: 'profile', name: 'bob' } })
  await call('POST', `/v1/blocks/${encodeURIComponent(bob.author)}`)
  expect((await meant('bob')).data.author).toBe(nobody.author)
  expect((await call('DELETE', '/v1/blocks/BOB')).status).toBe(204)
  expect((await get('/v1/blocks')).data).toEqual([])
  for (const { author } of [bob, nobody]) await call('POST', `/v1/mutes/${encodeURIComponent(author)}`)
  expect(await call('DELETE', '/v1/mutes/bob')).toMatchObject({ status: 409, error: { code: 'AUTHOR_AMBIGUOUS' } })
})

test('the feed of an author is found by name or short key', async () => {
  const { get } = await opened()
  for (const who of ['bob', short(bob), bob.author]) {
    expect((await get(`/v1/feed/${encodeURIComponent(who)}`)).data).toMatchObject([{ author: bob.author }])
  }
  expect(await get('/v1/feed/somebody')).toMatchObject({ status: 400, error: { code: 'INVALID_AUTHOR' } })
})
