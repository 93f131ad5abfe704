// The face of gossip/: new messages, pushed to whoever takes part.

export { Gossip } from './gossip.ts'
export { Rates, Tokens } from './rates.ts'
export type { Hint } from './gaps.ts'
export type { GossipComponents, GossipCounts, GossipListener } from './gossip.ts'
export type { Pubsub } from './pubsub.ts'
