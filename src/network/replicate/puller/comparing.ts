// Holds what a server told of its trie against one of our own under the same salt.

import { Slices } from '../slices.ts'
import type { Prefix } from '../trie/trie.ts'
import type { LentTrie } from '../trie/tries.ts'
import type { PullerRequest } from './puller-steps.ts'

/** The prefixes below these nodes where our feeds are others. Nothing when the stream has ended meanwhile: then nobody asks on. */
export async function differingBelow(
  { salt, nodes }: Extract<PullerRequest, { type: 'compareNodes' }>,
  ours: LentTrie | undefined,
  signal: AbortSignal,
): Promise<Prefix[]> {
  const trie = await ours?.under(salt, signal)
  const slices = new Slices()
  const differing: Prefix[] = []
  for (const { prefix, hashes } of nodes) {
    await slices.pause()
    if (trie === undefined || signal.aborted) return []
    differing.push(...trie.differing(prefix, hashes))
  }
  return differing
}
