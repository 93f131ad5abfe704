// The face of discovery/: peers that nobody named.

export { Discovery } from './discovery.ts'
export type { DiscoveryInit } from './discovery.ts'
