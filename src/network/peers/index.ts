// The face of peers/: whom this node knows, and keeping them connected.

export { parsePeerAddress } from './address.ts'
export { pauseBeforeRetry, waitBeforeRetry } from './backoff.ts'
export { Dialler } from './dialler.ts'
export { PeerTable } from './peer-table.ts'
export type { PeerSource, PeerState, PeerStore } from './known-peer.ts'
export type { PeerView } from './peer-table.ts'
