// A node that holds much: a feed that is sealed here and imported costs it a tenth of what as many calls to publish would.

import { signedText } from '../../src/feed/index.ts'
import { chainOf, insights } from './feeds.ts'
import { identityOf } from './open-log.ts'
import type { NodeProcess } from './node-process.ts'

/** In one body: half of what a node takes. */
const TOGETHER = 1_000

/** Gives a node `count` insights of one author, whom no node is, and answers that author. */
export async function importFeed(node: NodeProcess, count: number, word?: string): Promise<string> {
  const identity = identityOf(99)
  const messages = chainOf(identity, insights(count, word)).map(signedText)
  for (let at = 0; at < count; at += TOGETHER) {
    await node.post('/v1/import', { messages: messages.slice(at, at + TOGETHER) })
  }
  return identity.author
}
