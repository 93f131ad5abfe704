// The face of discovery/: peers that nobody named.

export { openDht } from './dht.ts'
export { Discovery } from './discovery.ts'
export type { Dht } from './dht.ts'
export type { DiscoveryInit } from './discovery.ts'
