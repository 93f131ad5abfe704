// What libp2p is told of the peers that the DHT names: it remembers each for hours, and a member may name anybody.

import { DHT_PEERS_PER_HOUR_MAX, HOUR_MS } from './constants.ts'
import type { PeerInfo } from '@libp2p/interface'

/** Passes on the first peers of each hour; a query dials by what was passed on. */
export function boundedDiscovery(source: EventTarget): EventTarget {
  const bounded = new EventTarget()
  let [count, hour] = [0, 0]
  source.addEventListener('peer', (event) => {
    const now = Math.floor(performance.now() / HOUR_MS)
    if (now !== hour) [count, hour] = [0, now]
    if (++count > DHT_PEERS_PER_HOUR_MAX) return
    bounded.dispatchEvent(new CustomEvent('peer', { detail: (event as CustomEvent<PeerInfo>).detail }))
  })
  return bounded
}
