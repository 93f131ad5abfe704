// The face of reach/: how others get to this node.

export { announced } from './announced.ts'
export { openReach } from './reach.ts'
export type { Reach, Reachable, ReachInit, ReachState } from './reach.ts'
