// A peer as the API and the command line show it.

import type { Author } from '../../feed/index.ts'
import type { Attempt } from './attempts.ts'
import type { Ban } from './bans.ts'
import type { PeerSource, PeerState } from './known-peer.ts'
import type { PeerPath } from './path.ts'

/** One address, and how it goes with the peer behind it. */
export interface PeerView {
  address: string
  /** The feed that this peer signs; known as soon as its PeerId is. */
  author: Author | undefined
  peerId: string | undefined
  source: PeerSource
  state: PeerState
  /** While it is connected. */
  path: PeerPath | undefined
  /** Round trip of the last ping, in milliseconds. */
  latencyMs: number | undefined
  /** Messages that it told of and that are not here yet; known while we pull from it. */
  lag: number | undefined
  /** When everything that it told of was here last, since it connected; milliseconds since 1970. */
  lastRound: number | undefined
  /** The software that it says it runs; known while it is connected. */
  agent: string | undefined
  /** Whether it is connected by another network key than the one we speak with. */
  hasOlderKey: boolean
  /** Milliseconds since 1970. */
  lastContact: number | undefined
  lastError: string | undefined
  /** While it is banned. */
  ban: Ban | undefined
}

/** One peer, with all its addresses. */
export interface MeshView extends PeerView {
  /** Where it is connected now, then the addresses that are known of it. */
  addresses: string[]
}

/** Why a peer is connected, or is not. */
export interface PeerReport extends MeshView {
  verdict: Verdict
  /** What is the case, in a sentence. */
  summary: string
  /** What to do about it; empty when nothing is to be done. */
  advice: string
  /** The last dial to each address. */
  attempts: Attempt[]
}

/** The word for how it is with a peer: connected in some way, kept out, underway, or the code of the failure that matters most. */
export type Verdict = PeerPath | 'banned' | 'dialling' | 'waiting' | 'disconnected' | FailureCode

type FailureCode = NonNullable<Attempt['failure']>['code']
