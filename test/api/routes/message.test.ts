import { describe, expect, test } from 'vitest'
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

test.each([
  '0',
  '0'.repeat(63),
  '0'.repeat(65),
  'A'.repeat(64),
  'g'.repeat(64),
  '%00',
  '%zz',
  '..',
  'a/b',
  '%0A',
  '💥',
])('a malformed hash is refused: %s', async (hash) => {
  const answer = await openApi().get(`/v1/message/${hash}`)
  if (hash === '..') expect(answer.status).toBe(404)
  else expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_HASH', details: [{ field: 'hash' }] } })
})

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

describe('a shortened hash', () => {
  test('means the messages that begin so, in the order of their hashes', async () => {
    const { get, log } = openApi()
    const messages = chainOf(identityOf(2), insights(3))
    await log.ingest(messages.map(itemOf), 'a peer')
    for (const { hash } of messages) {
      for (const length of [4, 7, 8, 63, 64]) {
        const prefix = hash.slice(0, length)
        const { data } = await get(`/v1/hashes/${prefix}`)
        const meant = messages.map((one) => one.hash).filter((one) => one.startsWith(prefix))
        expect(data.map((one: { hash: string }) => one.hash)).toEqual(meant.toSorted())
      }
    }
  })

  test('is answered as it was signed, and not when its author is blocked or it has expired', async () => {
    const { get, log, clock } = openApi()
    const { hash, text } = await log.publish({ content: 1.5, expiresAt: '2026-01-01T00:00:01Z' })
    const path = `/v1/hashes/${hash.slice(0, 8)}`
    expect((await get(path)).text).toContain(`"data":[${text.slice(0, -1)},"hash":"${hash}"`)
    clock.now = TEST_NOW + 1000
    expect((await get(path)).text).toContain('"data":[]')
    const [other] = chainOf(identityOf(2), insights(1))
    if (other === undefined) return expect.unreachable()
    await log.ingest([itemOf(other)], 'a peer')
    expect((await get(`/v1/hashes/${other.hash.slice(0, 8)}`)).text).toContain(other.hash)
    log.selection.block(identityOf(2).author)
    expect((await get(`/v1/hashes/${other.hash.slice(0, 8)}`)).text).toContain('"data":[]')
  })

  test.each(['abc', '0'.repeat(65), 'ABCD', 'xyzw'])('of %s is refused', async (prefix) => {
    const answer = await openApi().get(`/v1/hashes/${prefix}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_HASH', details: [{ field: 'prefix' }] } })
  })
})
