import { expect, test } from 'vitest'
import { openItem, verifySignature } from '../../../src/feed/index.ts'
import { sealedFeeds } from './sealed-feeds.ts'
import type { FeedsRequest } from './sealed-feeds.ts'

const REQUEST: FeedsRequest = { messages: 12, authors: 3, signatures: 'real', seed: 1 }

test('prepared messages are what a peer would send, of about 500 bytes', async () => {
  for (const { text, signature } of sealedFeeds(REQUEST)) {
    const item = { text: Buffer.from(text), signature }
    expect(await verifySignature(openItem(item))).toBe(true)
    expect(item.text.length).toBeGreaterThan(400)
    expect(item.text.length).toBeLessThan(520)
  }
})

test('the same request makes the same messages, another seed makes others', () => {
  const hashes = (request: FeedsRequest) => [...sealedFeeds(request)].map(({ hash }) => hash)
  expect(hashes(REQUEST)).toEqual(hashes(REQUEST))
  expect(hashes(REQUEST)).not.toEqual(hashes({ ...REQUEST, seed: 2 }))
})
