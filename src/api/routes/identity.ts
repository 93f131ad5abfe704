// GET /v1/identity: who this node is, and where it can be dialled.

import { x25519PublicKey } from '../../feed/index.ts'
import { defineRoute } from '../route.ts'
import { IdentityShape } from '../shapes/identity.ts'

export const identityRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/identity',
    summary: 'The public halves of this node’s identity, and its addresses',
    description: 'Offline there is no peer_id, and no address.',
    answer: { status: 200, description: 'Who this node is', data: IdentityShape },
    errors: [],
  },
  ({ identity, network }) => ({
    data: {
      public_id: identity.author,
      x25519_public: Buffer.from(x25519PublicKey(identity.publicKey)).toString('base64'),
      peer_id: network?.peerId,
      multiaddrs: network?.multiaddrs ?? [],
    },
  }),
)
