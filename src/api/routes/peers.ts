// GET and POST /v1/peers, DELETE /v1/peers/:address: whom this node knows.

import { z } from '@hono/zod-openapi'
import { formatTimestamp } from '../../feed/index.ts'
import { nameIn } from '../authors.ts'
import { networkOf } from '../network-of.ts'
import { defineRoute } from '../route.ts'
import { PeerShape } from '../shapes/peers.ts'
import { banData } from './bans.ts'
import type { Author } from '../../feed/index.ts'
import type { PeerView } from '../../network/index.ts'
import type { PeerData } from '../shapes/peers.ts'

export const listPeersRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/peers',
    summary: 'Peers that this node knows, and how it goes with each',
    description: 'One row for each address, with where it is known from. Empty while the node runs without network.',
    answer: { status: 200, description: 'Known peers', data: z.array(PeerShape) },
    errors: [],
  },
  async ({ network, projections }) => {
    const peers = network?.peers.list() ?? []
    const names = await projections.names(authorsOf(peers))
    return { data: peers.map((peer) => peerData(peer, names)) }
  },
)

export const addPeerRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/peers',
    summary: 'Adds a peer for good and dials it at once',
    description:
      'Takes host:port, or a multiaddr that this node can dial. Answers before the dial has come to its end: look at `GET /v1/mesh/{peer}`. Adding twice is adding once.',
    body: z.object({ address: z.string().openapi({ example: '192.168.1.7:7655' }) }),
    answer: { status: 201, description: 'The peer, as it stands now', data: PeerShape },
    errors: ['INVALID_ADDRESS', 'PEER_TABLE_FULL', 'NETWORK_OFF', 'STORE_FULL'],
  },
  (components, { body: { address } }) => ({ data: peerData(networkOf(components).peers.add(address)) }),
)

export const removePeerRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/peers/{address}',
    summary: 'Forgets a peer that was added here, and hangs up',
    description: 'PEER_FROM_CONFIG for one of a flag or of the configuration file, which can only be removed there.',
    params: z.object({ address: z.string() }),
    answer: { status: 204, description: 'The peer is forgotten' },
    errors: ['INVALID_ADDRESS', 'PEER_UNKNOWN', 'PEER_FROM_CONFIG', 'NETWORK_OFF'],
  },
  async (components, { params: { address } }) => {
    await networkOf(components).peers.remove(address)
    return { data: undefined }
  },
)

/** The authors among them. */
export function authorsOf(peers: readonly PeerView[]): Author[] {
  return peers.flatMap(({ author }) => author ?? [])
}

/** A peer as callers see it. */
export function peerData(peer: PeerView, names: ReadonlyMap<Author, string> = new Map()): PeerData {
  const {
    address,
    author,
    peerId,
    source,
    state,
    path,
    latencyMs,
    lag,
    lastRound,
    agent,
    hasOlderKey,
    lastContact,
    lastError,
    ban,
  } = peer
  return {
    address,
    public_id: author,
    author_name: nameIn(names, author),
    peer_id: peerId,
    source,
    state,
    path,
    latency_ms: latencyMs,
    lag,
    last_round: lastRound === undefined ? undefined : formatTimestamp(lastRound),
    agent,
    older_key: hasOlderKey || undefined,
    last_contact: lastContact === undefined ? undefined : formatTimestamp(lastContact),
    last_error: lastError,
    ban: ban && banData(ban),
  }
}
