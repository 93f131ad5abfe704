// The four frames as values. What decodes into them is within its bounds: parsed once, trusted after.
// Schema: protocols/replicate/1/replicate.proto.

import type { Author, Item } from '../../../feed/index.ts'
import type { Root, StoreCursor } from '../../../log/index.ts'
import type { Prefix } from '../trie/trie.ts'

/** What crosses a stream. */
export type Frame = Have | Want | Messages | Done

/** The puller's first frame, and what a server tells of its feeds. */
export interface Have {
  kind: 'have'
  /** The server's store and how far we were told of it: the puller says what it remembers. */
  knownStore?: string | undefined
  knownCursor?: StoreCursor | undefined
  /** Which feeds the puller wants. Always said. */
  scope?: WireScope | undefined
  /** The puller takes a trie in place of all heads. */
  takesTrie?: boolean
  store?: string | undefined
  cursor?: StoreCursor | undefined
  root?: Root | undefined
  heads?: readonly ToldHead[]
  /** The telling goes on in a further frame. */
  more?: boolean
  /** 16 hex, when the server tells by its trie. */
  salt?: string | undefined
  /** What lies below the prefixes that were asked for, in their order. */
  nodes?: readonly TrieNode[]
}

/** Sixteen hashes of 16 hex; none when the feeds below are told by their heads. */
export type TrieNode = readonly string[]

/** All feeds; or some, together with all messages that have some tag. */
export type WireScope = 'all' | WireSelection

/** Authors stand in rising order of their keys, or are named by {@link authorsHash} alone. */
export interface WireSelection {
  authors: readonly Author[]
  /** 64 hex: the server was told this list before. */
  authorsHash?: string | undefined
  topics: readonly string[]
}

/** One feed as a server tells of it: a claim, until messages prove it. */
export interface ToldHead {
  author: Author
  sequence: number
  /** First 8 bytes of the hash at `sequence`, as 16 hex; absent when that message is not held. */
  hash: string | undefined
  floor: number
  arrival: number
  /** Two different messages were signed for `sequence` + 1. */
  forked: boolean
}

/** What a puller asks for. */
export interface Want {
  kind: 'want'
  ranges?: readonly AskedRange[]
  tails?: readonly AskedTail[]
  /** Bytes of Messages frames that may come beyond what was granted before. */
  credit?: number
  live?: Live | undefined
  /** Ids of ranges no longer wanted. */
  cancel?: readonly number[]
  /** The last Have was taken in: tell the next one. */
  more?: boolean
  /** Places in the server's trie, in hex digits. */
  prefixes?: readonly Prefix[]
}

/** 1: changed heads as they change. 2: messages as they arrive. */
export type Live = 1 | 2

/** Sequences `from` to `to`, both included. */
export interface AskedRange {
  id: number
  author: Author
  from: number
  to: number
}

/** Messages with one of these tags that arrived at the server behind `cursor`, and not behind what it has told of. */
export interface AskedTail {
  id: number
  cursor: StoreCursor
  topics: readonly string[]
  /** Names of messages that are held already and need not come, as held-names.ts makes them. */
  held?: Uint8Array | undefined
}

/** Messages of the range or tail `id`, or of the live tail when `id` is 0. */
export interface Messages {
  kind: 'messages'
  id: number
  items: readonly Item[]
}

/** The end of the range or tail `id`, or of all pushing so far when `id` is 0. */
export interface Done {
  kind: 'done'
  id: number
  upTo?: number | undefined
  floor?: number | undefined
  cursor?: StoreCursor | undefined
  code: DoneCode
  retryMs?: number | undefined
}

export type DoneCode = 'answered' | 'busy' | 'too_many' | 'scope_unknown'

/** The bit of Have.features by which a puller says that it takes a trie. Bits 0 and 2 are those of a vector, which stay unknown. */
export const TAKES_TRIE = 2

/** Their numbers on the wire. 3 is the vectors' code that nobody knows, and stays that. */
export const DONE_NUMBERS: Readonly<Record<DoneCode, number>> = { answered: 0, busy: 1, too_many: 2, scope_unknown: 4 }
