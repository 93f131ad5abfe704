// Who this node is.

import { z } from '@hono/zod-openapi'

/** Who this node is. */
export const IdentityShape = z
  .object({
    public_id: z.string(),
    x25519_public: z.string().openapi({ description: 'Base64 of the X25519 public key of the same identity.' }),
    peer_id: z.string().optional().openapi({ description: 'Left out when the node runs without network.' }),
    multiaddrs: z.array(z.string()),
  })
  .openapi('Identity')

/** {@link IdentityShape} */
export type IdentityData = z.infer<typeof IdentityShape>
