// What the puller of a stream learns besides what happens to the stream, and what it wants done. Each question is answered by exactly one
// fact of the matching name; hints come unasked, and so does what other streams end.

import type { Author, Item } from '../../../feed/index.ts'
import type { FeedPosition, IngestResult, PositionAsked } from '../../../log/index.ts'
import type { StreamRequest } from '../machine.ts'
import type { Prefix } from '../trie/trie.ts'
import type { ToldNode } from './descent.ts'
import type { AskedMark, KnownServer } from './pull-store.ts'

export type PullerFact =
  /** Where we stand in the feeds of `compare`, in its order, and with which arrival each was last marked as asked. */
  | { type: 'compared'; positions: readonly FeedPosition[]; asked: readonly (number | undefined)[] }
  /** The prefixes below the nodes of `compareNodes` where our trie is different. */
  | { type: 'nodesCompared'; differing: readonly Prefix[] }
  /** Names of what is held, as held-names.ts makes them; undefined when there is nothing. */
  | { type: 'heldRead'; names: Uint8Array | undefined }
  /** The answers to one `ingest`, in order. */
  | { type: 'ingested'; batch: number; results: readonly IngestResult[] }
  /** Something that this server has is missing here. */
  | { type: 'hinted'; hint: Hint }
  /** Another stream has ended what this one waits for. */
  | { type: 'freed' }

export type PullerRequest =
  | { type: 'compare'; store: string; feeds: readonly PositionAsked[] }
  /** With our trie under this salt; the same on all of a stream. */
  | { type: 'compareNodes'; salt: string; nodes: readonly ToldNode[] }
  /** The server tells by no trie, or has told all of it: ours is not needed on this stream. */
  | { type: 'dropTrie' }
  /** What is held of the topics whose past is asked for next. */
  | { type: 'readHeld'; topics: readonly string[] }
  /** `unasked`: the server chose what to send, by its own reading of our scope. */
  | { type: 'ingest'; batch: number; items: readonly Item[]; unasked: boolean }
  | { type: 'markAsked'; store: string; marks: readonly AskedMark[] }
  | { type: 'remember'; server: Pick<KnownServer, 'store' | 'cursor'> }
  /** Everything that the server told of is here, or is not to be had from it. */
  | { type: 'roundComplete'; round: Round }
  /** Everything that the server has pushed so far is here, and it has no more. */
  | { type: 'tailAtRest' }

/** Somebody learned elsewhere that the server has messages of this feed, up to a sequence. A claim, like a head. */
export interface Hint {
  author: Author
  upTo: number
}

/** What a round brought. */
export interface Round {
  /** Feeds that the server named. */
  told: number
  /** Messages that came. */
  messages: number
}

/** All that a puller asks for. */
export type PullerStep = PullerRequest | StreamRequest
