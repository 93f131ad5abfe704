// Which network keys hold: network_key names one, network_keys also those that it replaces. Whichever the strongest source gives, counts; of
// one source that gives both, network_keys, so that a file can go from one to the other in two steps.

import type { Origin, Problem } from './errors.ts'
import type { Resolved } from './resolve.ts'

/** The keys of a node, the one that it speaks with first. */
export type NetworkKeys = readonly [string, ...string[]]

/** Settings whose network keys are told. */
export interface Settled extends Resolved {
  networkKeys: NetworkKeys
}

/** From the strongest source to the weakest. */
const STRENGTH: readonly Origin['kind'][] = ['flag', 'program', 'environment', 'file']

/** The keys that hold, and nothing of the setting that does not. */
export function withNetworkKeys({ values, used }: Resolved): Settled {
  const isRotation = values.networkKeys !== undefined && sourceOf('network_keys', used) <= sourceOf('network_key', used)
  const [first = values.networkKey, ...others] = (isRotation && values.networkKeys) || []
  const without = isRotation ? 'network_key' : 'network_keys'
  const left = new Map([...used].filter(([key]) => key !== without))
  return { values: { ...values, networkKey: first }, used: left, networkKeys: [first, ...others] }
}

/** Whoever reads one of the two would take the node for a member of another network. */
export function strayNetworkKey({ values, used }: Resolved): Problem[] {
  const origin = used.get('network_key')?.[0]?.origin
  const isBoth = sourceOf('network_keys', used) === sourceOf('network_key', used)
  if (origin === undefined || !isBoth || values.networkKeys?.includes(values.networkKey)) return []
  const message = 'it is none of network_keys, which are given as well. Remove it, or write it among them'
  return [{ key: 'network_key', origin, message }]
}

function sourceOf(key: string, used: Resolved['used']): number {
  const kind = used.get(key)?.[0]?.origin.kind
  return kind === undefined ? STRENGTH.length : STRENGTH.indexOf(kind)
}
