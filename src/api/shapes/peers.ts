// Peers, and what is known of why they are connected or are not.

import { z } from '@hono/zod-openapi'
import { AuthorName } from './authors.ts'
import { Count, Timestamp } from './values.ts'

/** A ban in force. */
export const BanShape = z
  .object({
    peer_id: z.string(),
    code: z.string().openapi({ description: 'The public code of the error for which it was banned.' }),
    since: Timestamp,
    until: Timestamp,
    times: Count.openapi({ description: 'Bans in a row; each is twice as long as the one before.' }),
  })
  .openapi('Ban')

/** A peer that this node knows. What is not known is left out. */
export const PeerShape = z
  .object({
    address: z.string(),
    public_id: z.string().optional(),
    author_name: AuthorName.optional(),
    peer_id: z.string().optional(),
    source: z.enum(['flag', 'file', 'api', 'bootstrap', 'mdns', 'dht', 'met']),
    state: z.enum(['live', 'dialling', 'backoff', 'failed', 'banned']),
    path: z.enum(['lan', 'direct', 'relayed']).optional().openapi({ description: 'While it is connected.' }),
    latency_ms: z.number().optional(),
    lag: Count.optional().openapi({ description: 'Messages that it told of and that are not here yet.' }),
    last_round: Timestamp.optional().openapi({
      description: 'When everything that it told of was here last, since it connected.',
    }),
    agent: z.string().optional().openapi({ description: 'The software that it says it runs.' }),
    older_key: z.boolean().optional().openapi({
      description: 'true while it is connected by another network key than the first of this node; else left out.',
    }),
    last_contact: Timestamp.optional(),
    last_error: z.string().optional(),
    ban: BanShape.optional(),
  })
  .openapi('Peer')

/** A peer with all its addresses. */
export const MeshPeerShape = PeerShape.extend({
  addresses: z
    .array(z.string())
    .openapi({ description: 'Where it is connected now, then the addresses that are known of it.' }),
}).openapi('MeshPeer')

/** Why a peer is connected, or is not. */
export const PeerReportShape = MeshPeerShape.extend({
  verdict: z.string().openapi({
    description:
      'lan, direct or relayed when it is connected; banned, disconnected, dialling, waiting; or the outcome of the dial that says most.',
  }),
  summary: z.string(),
  advice: z.string().openapi({ description: 'Empty when nothing is to be done.' }),
  attempts: z.array(
    z.object({
      address: z.string(),
      time: Timestamp,
      outcome: z.string().openapi({ description: 'connected, or the code of the failure.' }),
      reason: z.string().optional(),
    }),
  ),
}).openapi('PeerReport')

/** {@link BanShape} */
export type BanData = z.infer<typeof BanShape>

/** {@link PeerShape} */
export type PeerData = z.infer<typeof PeerShape>

/** {@link MeshPeerShape} */
export type MeshPeerData = z.infer<typeof MeshPeerShape>

/** {@link PeerReportShape} */
export type PeerReportData = z.infer<typeof PeerReportShape>
