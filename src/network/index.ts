// The face of network/: libp2p. Moves messages between nodes; decides nothing about their meaning.

export { NetworkError } from './errors.ts'
export { startNetwork } from './network.ts'
export { parsePeerAddress } from './peers/index.ts'
export { probePeers } from './probe.ts'
export type { NetworkErrorCode } from './errors.ts'
export type { GossipCounts } from './gossip/index.ts'
export type { Network, NetworkComponents, NetworkInit } from './network.ts'
export type { OlderKey } from './older-keys.ts'
export type {
  Ban,
  BanStore,
  MeshView,
  MetPeer,
  MetPeerStore,
  PeerReport,
  PeerSource,
  PeerState,
  PeerStore,
  PeerView,
  Refusal,
} from './peers/index.ts'
export type { PresenceCounts, Present, Statement } from './presence/index.ts'
export type { PeerProbe } from './probe.ts'
export type { Following } from './pulling.ts'
export type { Reachable, ReachState } from './reach/index.ts'
export type { AskedFor, AskedMark, KnownServer, PullStore } from './replicate/index.ts'
