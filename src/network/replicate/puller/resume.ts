// From where a pull goes on: what an earlier round asked the same server for need not be asked for again, and what it did not must be.

import { hashOfAuthors, wireScope } from '../scope.ts'
import type { Selection, StoreCursor } from '../../../log/index.ts'
import type { AskedFor, KnownServer } from './pull-store.ts'

/** Where to begin with one server. */
export interface Resumption {
  /** Up to where all heads were told; undefined when they are to be told in full. */
  heads: Pick<KnownServer, 'store' | 'cursor'> | undefined
  /** The store for which `tails` holds; with any other, topics are looked for from the start. */
  store: string | undefined
  tails: TailStart[]
}

/** Topics to look for behind a cursor. */
export interface TailStart {
  cursor: StoreCursor
  topics: readonly string[]
}

/** Names what is asked for now. */
export function askedFor({ scope, blocks }: Pick<Selection, 'scope' | 'blocks'>): AskedFor {
  const sorted = wireScope({ authors: blocks, topics: [] })
  return {
    feeds: scope === 'all' ? 'all' : namesOf(wireScope(scope)),
    blocks: namesOf(sorted),
    topics: scope === 'all' ? [] : scope.topics,
  }
}

/**
 * Where to go on, given what was asked for before and what is asked for now.
 *
 * @param isFull - whether heads are compared in full, whatever was remembered
 */
export function resumeFrom(known: KnownServer | undefined, now: AskedFor, isFull: boolean): Resumption {
  const hasSameBlocks = known?.asked.blocks === now.blocks
  const hasSameFeeds = hasSameBlocks && known?.asked.feeds === now.feeds
  const before = new Set(hasSameBlocks ? known?.asked.topics : [])
  const tails = [
    { cursor: known?.cursor ?? START, topics: now.topics.filter((topic) => before.has(topic)) },
    { cursor: START, topics: now.topics.filter((topic) => !before.has(topic)) },
  ].filter(({ topics }) => topics.length > 0)
  const heads =
    known !== undefined && hasSameFeeds && !isFull ? { store: known.store, cursor: known.cursor } : undefined
  return { heads, store: known?.store, tails }
}

/** Before everything. */
export const START: StoreCursor = { offset: 0, check: '0000000000000000' }

function namesOf(scope: ReturnType<typeof wireScope>): string {
  return scope === 'all' ? 'all' : hashOfAuthors(scope.authors)
}
