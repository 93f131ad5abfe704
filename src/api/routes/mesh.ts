// GET /v1/mesh, GET /v1/mesh/:peer: how it goes with each peer, and why.

import { z } from '@hono/zod-openapi'
import { formatTimestamp } from '../../feed/index.ts'
import { networkOf } from '../network-of.ts'
import { defineRoute } from '../route.ts'
import { MeshPeerShape, PeerReportShape } from '../shapes/peers.ts'
import { authorsOf, peerData } from './peers.ts'
import type { Author } from '../../feed/index.ts'
import type { MeshView, PeerReport } from '../../network/index.ts'
import type { MeshPeerData, PeerReportData } from '../shapes/peers.ts'

export const meshRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/mesh',
    summary: 'Each peer once, with all its addresses and how it goes',
    description:
      'Peers that this node keeps, was told of, found, or is connected with. Empty while it runs without network.',
    answer: { status: 200, description: 'Peers', data: z.array(MeshPeerShape) },
    errors: [],
  },
  async ({ network, projections }) => {
    const peers = network?.peers.mesh() ?? []
    const names = await projections.names(authorsOf(peers))
    return { data: peers.map((peer) => meshData(peer, names)) }
  },
)

export const peerReportRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/mesh/{peer}',
    summary: 'Why a peer is connected or is not: addresses tried, what became of each, what to do',
    description: '`summary` and `advice` are for a person; `verdict` and the outcome of each attempt are for programs.',
    params: z.object({ peer: z.string().openapi({ description: 'An address, a peer_id or a public_id.' }) }),
    answer: { status: 200, description: 'What is known of this peer', data: PeerReportShape },
    errors: ['PEER_UNKNOWN', 'NETWORK_OFF'],
  },
  async (components, { params }) => {
    const report = networkOf(components).peers.explain(params.peer)
    return { data: reportData(report, await components.projections.names(authorsOf([report]))) }
  },
)

function meshData(peer: MeshView, names: ReadonlyMap<Author, string>): MeshPeerData {
  return { ...peerData(peer, names), addresses: peer.addresses }
}

function reportData(report: PeerReport, names: ReadonlyMap<Author, string>): PeerReportData {
  const { verdict, summary, advice, attempts } = report
  const tried = attempts.map(({ address, at, failure }) => ({
    address,
    time: formatTimestamp(at),
    outcome: failure?.code ?? 'connected',
    reason: failure?.reason,
  }))
  return { ...meshData(report, names), verdict, summary, advice, attempts: tried }
}
