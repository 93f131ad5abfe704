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
