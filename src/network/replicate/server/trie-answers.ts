// What a server tells of its trie: as many of the prefixes that were asked for as one frame has room for.

import { HEADS_PER_FRAME_SENT } from '../constants.ts'
import { Slices } from '../slices.ts'
import type { Author } from '../../../feed/index.ts'
import type { Head, Log } from '../../../log/index.ts'
import type { TrieNode } from '../frames/frames.ts'
import type { Prefix, Trie } from '../trie/trie.ts'

/** Answers to the first of the prefixes. */
export interface TrieAnswer {
  /** One for each prefix that is answered, at least one. */
  nodes: readonly TrieNode[]
  heads: readonly Head[]
}

/** Looks up what lies below these prefixes. Heads are those of this moment, which may be later than the trie. */
export async function answerPrefixes(log: Log, trie: Trie, prefixes: readonly Prefix[]): Promise<TrieAnswer> {
  const slices = new Slices()
  const nodes: TrieNode[] = []
  const authors: Author[] = []
  for (const prefix of prefixes) {
    // Other streams bring the trie up to date, also while this one pauses.
    for (const _ of trie.settle()) await slices.pause()
    const subtree = trie.at(prefix)
    const told = 'authors' in subtree ? subtree.authors : []
    if (nodes.length > 0 && authors.length + told.length > HEADS_PER_FRAME_SENT) break
    authors.push(...told)
    nodes.push('hashes' in subtree ? subtree.hashes : [])
    await slices.pause()
  }
  return { nodes, heads: await headsOf(log, authors) }
}

/** In the order of the authors. Whoever has been blocked meanwhile has none. */
async function headsOf(log: Log, authors: readonly Author[]): Promise<Head[]> {
  if (authors.length === 0) return []
  const heads = await log.heads({ authors, arrivedAfter: 0, after: undefined, limit: authors.length })
  const byAuthor = new Map(heads.map((head) => [head.author, head]))
  return authors.flatMap((author) => byAuthor.get(author) ?? [])
}
