import { expect, test } from 'vitest'
import { signedText } from '../../../src/feed/index.ts'
import { chainOf, insights } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'

const theirs = chainOf(identityOf(9), insights(3)).map(signedText)

/** The identity of {@link openApi}. */
const ours = chainOf(identityOf(1), insights(2)).map(signedText)

test('messages of an export are held as they were signed', async () => {
  const { post, get } = openApi()
  const { status, data } = await post('/v1/import', { messages: theirs })
  expect(status).toBe(200)
  expect(data).toEqual({ outcomes: { appended: 3 }, refused: [], publishing_waits: false })
  const { hash, signature } = JSON.parse(theirs[2] ?? '')
  expect((await get(`/v1/message/${hash}`)).data).toMatchObject({ signature, local: { link: 'linked' } })
})

test('several requests under way at once are taken one after the other', async () => {
  const { api, post } = openApi()
  const feeds = [11, 12].map((seed) => chainOf(identityOf(seed), insights(300)).map(signedText))
  await Promise.all(feeds.map((messages) => post('/v1/import', { messages })))
  const exported = await (await api.request('/v1/export')).text()
  expect(exported.trimEnd().split('\n')).toEqual(feeds.flat())
})

test('the same again is a duplicate', async () => {
  const { post } = openApi()
  await post('/v1/import', { messages: theirs })
  expect((await post('/v1/import', { messages: theirs })).data).toMatchObject({ outcomes: { duplicate: 3 } })
})

test('one bad message is named by its place and keeps no other out', async () => {
  const { post } = openApi()
  const forged = (theirs[1] ?? '').replace(/"signature":"../, '"signature":"AA')
  const changed = (theirs[1] ?? '').replace('insight', 'Insight')
  const { data } = await post('/v1/import', { messages: [theirs[0], forged, changed, 'hello', theirs[1]] })
  expect(data).toEqual({
    outcomes: { appended: 2 },
    refused: [
      { index: 1, code: 'FEED_SIGNATURE_INVALID' },
      { index: 2, code: 'FEED_HASH_MISMATCH' },
      { index: 3, code: 'FEED_NOT_CANONICAL' },
    ],
    publishing_waits: false,
  })
})

test('after our own feed came in, publishing waits for a peer', async () => {
  const { post } = openApi()
  expect((await post('/v1/import', { messages: ours })).data).toMatchObject({ publishing_waits: true })
  expect(await post('/v1/publish', { content: 1 })).toMatchObject({ status: 409, error: { code: 'LOG_ROLLED_BACK' } })
})

test('without peers publishing goes on behind what was imported', async () => {
  const { post } = openApi()
  await post('/v1/import', { messages: ours })
  expect((await post('/v1/import', { messages: [], offline: true })).data).toMatchObject({ publishing_waits: false })
  expect((await post('/v1/publish', { content: 1 })).data).toMatchObject({ sequence: 3 })
})

test.each([
  [2_000, 200],
  [2_001, 422],
])('%i messages at once are answered with %i', async (count, status) => {
  const { post } = openApi()
  expect((await post('/v1/import', { messages: Array(count).fill('') })).status).toBe(status)
})
