// What the server of a stream learns besides what happens to the stream, and what it wants done. Each question is answered by exactly one
// fact of the matching name.

import type { Author } from '../../../feed/index.ts'
import type { Entry, Head, HeadsPageQuery, MessageEntry, Root, StoreCursor, TaggedPage } from '../../../log/index.ts'
import type { StreamRequest } from '../machine.ts'
import type { Prefix } from '../trie/trie.ts'
import type { RangeRead } from './served-range.ts'
import type { TrieAnswer } from './trie-answers.ts'

export type ServerFact =
  | { type: 'stateRead'; cursor: StoreCursor; isKnown: boolean; root: Root | undefined }
  | { type: 'headsRead'; heads: readonly Head[] }
  | ({ type: 'trieRead' } & TrieAnswer)
  | { type: 'rangeRead'; messages: readonly MessageEntry[] }
  | { type: 'taggedRead'; page: TaggedPage }
  | { type: 'floorRead'; floor: number | undefined }
  /** `end` is the log's cursor when nothing stands behind these entries. */
  | { type: 'entriesRead'; entries: readonly Entry[]; end: StoreCursor | undefined }
  | { type: 'newsRead'; entries: readonly Entry[] }

export type ServerRequest =
  /** The log's cursor and then, never before it, the root of these authors or of all; and whether `known` is a cursor of this log. */
  | { type: 'readState'; known: StoreCursor | undefined; withRoot: boolean; authors: readonly Author[] | undefined }
  | ({ type: 'readHeads' } & HeadsPageQuery)
  /** What lies below these prefixes of our trie; `isFresh`: with all that has arrived by now. */
  | { type: 'readTrie'; prefixes: readonly Prefix[]; isFresh: boolean }
  /** A page of messages with these topics behind a cursor: from the start, when it is the puller's and not of this log. */
  | {
      type: 'readTagged'
      topics: readonly string[]
      after: StoreCursor
      isOurs: boolean
      upTo: number
      without: readonly Author[]
    }
  | ({ type: 'readRange' } & RangeRead)
  /** The lowest sequence held of a feed. */
  | { type: 'readFloor'; author: Author }
  /** The entries behind `after`: none when the log ends there and `atOnce` is set, else as soon as there are some. */
  | { type: 'readEntries'; after: number; atOnce: boolean }
  /** The entries behind `after`, as soon as there are some and gossip has had its turn to send them. */
  | { type: 'readNews'; after: number }

/** All that a server asks for. */
export type ServerStep = ServerRequest | StreamRequest
