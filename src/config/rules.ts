// What settings demand of one another.

import { ConfigError } from './errors.ts'
import { DEFAULT_NETWORK_KEY } from './settings.ts'
import type { Resolved } from './resolve.ts'

/** @throws ConfigError */
export function checkTogether(resolved: Resolved): void {
  refuseStrangers(resolved)
}

/** replication.md, "Discovery and reach": these work for, and through, whoever is in the network; in the public one that is anybody. */
function refuseStrangers({ config, origins }: Resolved): void {
  if (config.networkKey !== DEFAULT_NETWORK_KEY || config.allowPublicNetwork) return
  const wanted = [
    ...(config.dht ? ['dht'] : []),
    ...(config.relay.serve ? ['relay.serve'] : []),
    ...(config.upnp ? ['upnp'] : []),
  ]
  if (wanted.length === 0) return
  throw new ConfigError(
    wanted.map((key) => ({ key, origin: origins.get(key)?.[0] ?? { kind: 'program' }, message: PUBLIC_NETWORK })),
  )
}

const PUBLIC_NETWORK =
  'it needs a network key of your own: with the default one everybody is a member. Give --network-key, or --allow-public-network to use it all the same'
