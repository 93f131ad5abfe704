import { expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'

test('a message is answered as its author signed it', async () => {
  const { get, log } = openApi()
  const messages = chainOf(identityOf(2), insights(2))
  await log.ingest(messages.map(itemOf), 'a peer')
  for (const { hash, text } of messages) {
    const answer = await get(`/v1/message/${hash}`)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(`"data":${text.slice(0, -1)},"hash":"${hash}"`)
  }
})

test('a message that is not held is not found', async () => {
  const answer = await openApi().get(`/v1/message/${'0'.repeat(64)}`)
  expect(answer).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } })
})

test.each(['0', '0'.repeat(63), '0'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), '%00', '%zz', '..', 'a/b', '💥'])(
  'a malformed hash is refused: %s',
  async (hash) => {
    const answer = await openApi().get(`/v1/message/${hash}`)
    if (hash === '..') expect(answer.status).toBe(404)
    else expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_HASH', details: [{ field: 'hash' }] } })
  },
)

test('an expired message leaves at its time, held or not', async () => {
  const { get, log, clock } = openApi()
  const { hash } = await log.publish({ content: 1, expiresAt: '2026-01-01T00:00:01Z' })
  clock.now = TEST_NOW + 999
  await expect(get(`/v1/message/${hash}`)).resolves.toMatchObject({ status: 200 })
  clock.now = TEST_NOW + 1000
  await expect(get(`/v1/message/${hash}`)).resolves.toMatchObject({ status: 404 })
})

test('a message without effect says that its feed is forked', async () => {
  const { get, log } = openApi()
  const forked = [chainOf(identityOf(2), [{ content: 1 }]), chainOf(identityOf(2), [{ content: 2 }])].flat()
  await log.ingest(forked.map(itemOf), 'a peer')
  const { data } = await get(`/v1/message/${forked[0]?.hash}`)
  expect(data.local.flags).toEqual(['forked'])
})
