// GET /v1/bans, DELETE /v1/bans/:peer_id: who may not connect for now, and forgiving it.

import { z } from '@hono/zod-openapi'
import { formatTimestamp } from '../../feed/index.ts'
import { networkOf } from '../network-of.ts'
import { defineRoute } from '../route.ts'
import { BanShape } from '../shapes/peers.ts'
import type { Ban } from '../../network/index.ts'
import type { BanData } from '../shapes/peers.ts'

export const listBansRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/bans',
    summary: 'Peers that may not connect for now, the ban that ends first standing first',
    description:
      'A ban is for the identity of a peer that broke a protocol, and ends by itself: after ten minutes at first, and a day at most.',
    answer: { status: 200, description: 'Bans in force', data: z.array(BanShape) },
    errors: [],
  },
  ({ network }) => ({ data: network?.peers.bans().map(banData) ?? [] }),
)

export const liftBanRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/bans/{peer_id}',
    summary: 'Lifts a ban; a peer that this node keeps is dialled at once',
    description: 'What the peer does from now on counts anew. PEER_NOT_BANNED when no ban is in force.',
    params: z.object({ peer_id: z.string() }),
    answer: { status: 204, description: 'The peer may connect again' },
    errors: ['PEER_NOT_BANNED', 'NETWORK_OFF'],
  },
  async (components, { params }) => {
    await networkOf(components).peers.pardon(params.peer_id)
    return { data: undefined }
  },
)

/** A ban as callers see it. */
export function banData({ peer, code, since, until, times }: Ban): BanData {
  return { peer_id: peer, code, since: formatTimestamp(since), until: formatTimestamp(until), times }
}
