import { describe, expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'

const alice = identityOf(2).author
const bob = identityOf(3).author

describe.each(['follows', 'blocks'] as const)('/v1/%s', (list) => {
  test('begins empty', async () => {
    expect(await openApi().get(`/v1/${list}`)).toMatchObject({ status: 200, text: '{"success":true,"data":[]}' })
  })

  test('an author is added without a body or content type, listed, and removed', async () => {
    const { call, get } = openApi()
    for (const author of [bob, alice, bob]) {
      const added = await call('POST', `/v1/${list}/${encodeURIComponent(author)}`)
      expect(added).toMatchObject({ status: 201, success: true, data: { author } })
    }
    expect((await get(`/v1/${list}`)).data).toEqual([{ author: bob }, { author: alice }])
    expect(await call('DELETE', `/v1/${list}/${encodeURIComponent(bob)}`)).toMatchObject({ status: 204, text: '' })
    expect((await get(`/v1/${list}`)).data).toEqual([{ author: alice }])
  })

  test('an author may stand raw in the path', async () => {
    const { call, get } = openApi()
    const slashed = [...Array(60).keys()].map((seed) => identityOf(seed).author).find((author) => author.includes('/'))
    expect(await call('POST', `/v1/${list}/${slashed}`)).toMatchObject({ status: 201 })
    expect((await get(`/v1/${list}`)).data).toEqual([{ author: slashed }])
  })

  test('removing one that is not there is no mistake', async () => {
    expect((await openApi().call('DELETE', `/v1/${list}/${encodeURIComponent(bob)}`)).status).toBe(204)
  })

  test.each(['POST', 'DELETE'])('%s of a malformed author is refused', async (method) => {
    for (const author of ['nobody', '@nobody.ed25519', `${alice}x`, `${alice}\n`, '\r\nÈ']) {
      const answer = await openApi().call(method, `/v1/${list}/${encodeURIComponent(author)}`)
      expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_AUTHOR' } })
    }
  })

  test('other verbs are told which there are', async () => {
    const answer = await openApi().call('PUT', `/v1/${list}/${encodeURIComponent(alice)}`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, DELETE'])
  })

  test('status counts them', async () => {
    const { call, get } = openApi()
    await call('POST', `/v1/${list}/${encodeURIComponent(alice)}`)
    const name = list === 'follows' ? 'follow_count' : 'block_count'
    expect((await get('/v1/status')).data).toMatchObject({ follow_count: 0, block_count: 0, [name]: 1 })
  })
})

test('our own feed cannot be blocked', async () => {
  const { call, identity } = openApi()
  const answer = await call('POST', `/v1/blocks/${encodeURIComponent(identity.author)}`)
  expect(answer).toMatchObject({ status: 409, error: { code: 'LOG_BLOCK_OWN' } })
})

test('a message of a blocked author is not found by its hash, is not counted, and is again when the block ends', async () => {
  const { call, get, log } = openApi()
  const [message = expect.fail()] = chainOf(identityOf(2), insights(1))
  await log.ingest([itemOf(message)], 'a peer')
  await call('POST', `/v1/blocks/${encodeURIComponent(alice)}`)
  expect(await get(`/v1/message/${message.hash}`)).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } })
  expect((await get('/v1/status')).data).toMatchObject({ message_count: 0, feed_count: 0 })
  await call('DELETE', `/v1/blocks/${encodeURIComponent(alice)}`)
  expect(await get(`/v1/message/${message.hash}`)).toMatchObject({ status: 200, data: { author: alice } })
  expect((await get('/v1/status')).data).toMatchObject({ message_count: 1, feed_count: 1 })
})
