// Feeds made outside any log: insights of 500 bytes, signed in truth or only for show.

import { seededRandom } from '../../../scripts/seeded-random.ts'
import { createIdentity, formatTimestamp, sealMessage } from '../../../src/feed/index.ts'
import { sentence } from './language.ts'
import type { Draft, FeedHead, Identity, SealedMessage } from '../../../src/feed/index.ts'

/** Which feeds to make. The same request always makes the same messages. */
export interface FeedsRequest {
  messages: number
  authors: number
  /** Signing a million takes minutes; where nobody checks signatures, random bytes stand in their place. */
  signatures: 'real' | 'made up'
  /** Other seeds give other authors. */
  seed: number
}

/** Characters of title and observation that bring a message's canonical text to about 500 bytes. */
const TITLE_LENGTH = 32
const OBSERVATION_LENGTH = 222

const FIRST_MOMENT = Date.UTC(2026, 0, 1)

/** Messages in turn of their authors, as they would arrive at a node that is always there. */
export function* sealedFeeds({ messages, authors, signatures, seed }: FeedsRequest): Generator<SealedMessage> {
  const random = seededRandom(seed)
  const feeds = Array.from({ length: authors }, () => newFeed(random, signatures))
  for (let count = 0; count < messages; count++) {
    const feed = feeds[count % authors]
    if (feed === undefined) throw new RangeError('There must be at least one author.')
    const message = sealMessage(insight(random), feed.head, formatTimestamp(FIRST_MOMENT + count), feed.identity)
    feed.head = message
    yield message
  }
}

/** A draft whose message has about 500 bytes. */
export function insight(random: () => number): Draft {
  const title = sentence(TITLE_LENGTH, random)
  return { content: { type: 'insight', title, observation: sentence(OBSERVATION_LENGTH, random) } }
}

/** A feed that grows. */
export interface GrowingFeed {
  identity: Identity
  head: FeedHead
}

/** Empty feeds whose signatures are random bytes. */
export function unsignedFeeds(count: number, random: () => number): GrowingFeed[] {
  return Array.from({ length: count }, () => newFeed(random, 'made up'))
}

function newFeed(random: () => number, signatures: FeedsRequest['signatures']): GrowingFeed {
  const identity = createIdentity(randomBytes(32, random))
  const head: FeedHead = { sequence: 0, hash: undefined }
  if (signatures === 'real') return { identity, head }
  return { identity: { ...identity, sign: () => randomBytes(64, random) }, head }
}

function randomBytes(count: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256))
}
