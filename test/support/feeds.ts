// Feeds made outside any log: chains of sealed messages as a peer would send them.

import { formatTimestamp, sealMessage } from '../../src/feed/index.ts'
import { TEST_NOW } from './open-log.ts'
import type { Draft, FeedHead, Identity, Item, SealedMessage } from '../../src/feed/index.ts'

const EMPTY: FeedHead = { sequence: 0, hash: undefined }

/** Seals drafts one behind the other, from the start of the feed or behind a given message. */
export function chainOf(identity: Identity, drafts: readonly Draft[], behind: FeedHead = EMPTY): SealedMessage[] {
  let head = behind
  return drafts.map((draft) => {
    const message = sealMessage(draft, head, formatTimestamp(TEST_NOW + head.sequence * 1000), identity)
    head = message
    return message
  })
}

/** `count` insights with distinct text. */
export function insights(count: number, word = 'note'): Draft[] {
  return Array.from({ length: count }, (_, index) => ({
    content: { type: 'insight', title: `${word} ${index + 1}`, observation: `what ${word} ${index + 1} saw` },
  }))
}

export function itemOf({ text, signature }: Pick<SealedMessage, 'text' | 'signature'>): Item {
  return { text: Buffer.from(text), signature }
}
