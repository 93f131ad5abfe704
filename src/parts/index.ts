// The face of parts/: each part of a node, opened from its configuration, in the order that egregore.ts decides.

export { openAllHooks } from './hooks.ts'
export { openLog, startProjections } from './log.ts'
export { openNetwork, refuseUnfitAddresses } from './network.ts'
export { openRetention, startErasing } from './retention.ts'
export { openServer } from './server.ts'
export { Started } from './started.ts'
export { openStorage, whyNotStarted } from './storage.ts'
export type { EgregoreComponents } from './components.ts'
