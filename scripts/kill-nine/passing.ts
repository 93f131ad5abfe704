// What others say: feeds of authors who come by once, sealed here and imported.

import { createIdentity, formatTimestamp, sealMessage, signedText } from '../../src/feed/index.ts'
import type { FeedHead, SealedMessage } from '../../src/feed/index.ts'

/** The tag that the victim's policy is about. */
export const PASSING = 'passing'

const FIRST_MOMENT = Date.UTC(2026, 0, 1)

/** A feed of so many messages, by an author of its own. */
export function passingFeed(messages: number, random: () => number): SealedMessage[] {
  const identity = createIdentity(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  let head: FeedHead = { sequence: 0, hash: undefined }
  return Array.from({ length: messages }, (_, index) => {
    const content = { type: 'insight', title: `passing ${index}`, observation: `seen at ${Math.floor(random() * 1e9)}` }
    const message = sealMessage({ content, tags: [PASSING] }, head, formatTimestamp(FIRST_MOMENT + index), identity)
    head = message
    return message
  })
}

/** As an import takes them, so many at once. */
export function* importsOf(
  feed: readonly SealedMessage[],
  together: number,
): Generator<{ hashes: string[]; messages: string[] }> {
  for (let at = 0; at < feed.length; at += together) {
    const some = feed.slice(at, at + together)
    yield { hashes: some.map(({ hash }) => hash), messages: some.map(signedText) }
  }
}
