// The network of a node, for routes that need one: a node that is offline refuses them.

import { ApiError } from './errors.ts'
import type { ApiComponents } from './components.ts'

/** @throws ApiError `NETWORK_OFF` */
export function networkOf({ network }: ApiComponents): NonNullable<ApiComponents['network']> {
  if (network !== undefined) return network
  throw new ApiError('NETWORK_OFF', 'This node runs without network, so it has no peers. Start it without --offline.')
}
