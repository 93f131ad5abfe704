// Which network keys hold: network_key names one, network_keys also those that it replaces. Whichever the strongest source gives, counts.

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
  const isRotation = sourceOf('network_keys', used) < sourceOf('network_key', used)
  const [first = values.networkKey, ...others] = (isRotation && values.networkKeys) || [values.networkKey]
  const without = isRotation ? 'network_key' : 'network_keys'
  const left = new Map([...used].filter(([key]) => key !== without))
  return { values: { ...values, networkKey: first }, used: left, networkKeys: [first, ...others] }
}

/** Who reads one of the two would not know of the other. */
export function keysGivenTwice({ used }: Resolved): Problem[] {
  const origin = used.get('network_keys')?.[0]?.origin
  if (origin === undefined || sourceOf('network_keys', used) !== sourceOf('network_key', used)) return []
  const message = 'network_key is given as well. Give one of the two: the first of network_keys is the network key'
  return [{ key: 'network_keys', origin, message }]
}

function sourceOf(key: string, used: Resolved['used']): number {
  const kind = used.get(key)?.[0]?.origin.kind
  return kind === undefined ? STRENGTH.length : STRENGTH.indexOf(kind)
}
