// What settings demand of one another, and of what other parts know.

import { ConfigError } from './errors.ts'
import { strayNetworkKey, withNetworkKeys } from './network-keys.ts'
import { DEFAULT_NETWORK_KEY } from './settings/network.ts'
import type { Origin, Problem } from './errors.ts'
import type { Settled } from './network-keys.ts'
import type { Resolved } from './resolve.ts'

/**
 * The settings that hold, when they fit together.
 *
 * @throws ConfigError with everything that does not
 */
export function checkTogether(resolved: Resolved): Settled {
  const settled = withNetworkKeys(resolved)
  const problems = [
    ...strayNetworkKey(resolved),
    ...needsOwnNetwork(settled),
    ...onePortTwice(resolved),
    ...forbiddenCommands(resolved),
    ...openToAll(resolved),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return settled
}

/** replication.md, "Discovery and reach": these work for, and through, whoever is in the network; in the public one that is anybody. */
function needsOwnNetwork({ values, used, networkKeys }: Settled): Problem[] {
  if (!networkKeys.includes(DEFAULT_NETWORK_KEY) || values.allowPublicNetwork) return []
  const wanted = { dht: values.dht, 'relay.serve': values.relay.serve, upnp: values.upnp }
  const keys = Object.keys(wanted).filter((key) => wanted[key as keyof typeof wanted]) // Its own keys.
  return keys.map((key) => ({ key, origin: originOf(key, used), message: PUBLIC_NETWORK }))
}

const PUBLIC_NETWORK =
  'it needs a network key of your own: with the default one everybody is a member. Give --network-key, or --allow-public-network to use it all the same'

/** The second to listen would fail, and say less. */
function onePortTwice({ values, used }: Resolved): Problem[] {
  const { port, gossipPort, api, offline } = values
  if (port !== gossipPort || port === 0 || !api.enabled || offline) return []
  const message = `port and gossip_port must differ, and both are ${port}`
  return [{ key: 'gossip_port', origin: originOf(used.has('gossip_port') ? 'gossip_port' : 'port', used), message }]
}

/** A line that forbids commands is not outvoted by one that names a command: one of the two is a mistake. */
function forbiddenCommands({ values, used }: Resolved): Problem[] {
  const { hooks, hookOnMessage, hooksAllowCommands } = values
  const key = hookOnMessage === undefined ? 'hooks' : 'hook_on_message'
  const isOne = hookOnMessage !== undefined || hooks.some((hook) => hook.on_message !== undefined)
  if (hooksAllowCommands || !isOne) return []
  const message =
    'hooks may start no commands: hooks_allow_commands (allow_subprocess_hooks) is false. Remove that, or the command'
  return [{ key, origin: originOf(key, used), message }]
}

/** Whoever can reach an address of this machine is not therefore one of its users. */
function openToAll({ values: { api }, used }: Resolved): Problem[] {
  if (!api.enabled || api.bind === '127.0.0.1' || api.auth === 'token') return []
  const message =
    'with this other machines reach the API, so each call must show a token: give --api-auth token (api.auth) too'
  return [{ key: 'api.bind', origin: originOf('api.bind', used), message }]
}

function originOf(key: string, used: Resolved['used']): Origin {
  return used.get(key)?.[0]?.origin ?? { kind: 'program' }
}

/**
 * Addresses of peers, each with its place. Only the network can read them, and it is large: whoever starts or checks a node brings it.
 *
 * @param whyNot - what is wrong with an address; undefined for nothing
 * @throws ConfigError
 */
export function checkAddresses(
  { used }: Pick<Resolved, 'used'>,
  whyNot: (address: string) => string | undefined,
): void {
  const problems = ['peers', 'bootstrap'].flatMap((key) =>
    (used.get(key) ?? []).flatMap(({ value, origin, originOf }) =>
      (value as string[]).flatMap((address, index): Problem[] => {
        const message = whyNot(address) // A list of texts: it was checked.
        return message === undefined ? [] : [{ key, origin: originOf?.([index]) ?? origin, message }]
      }),
    ),
  )
  if (problems.length > 0) throw new ConfigError(problems)
}
