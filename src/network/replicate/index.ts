// The face of replicate/: feeds move from node to node, and nothing decides here what they mean. A stream has two ends, puller/ and server/,
// each a pure state machine and what runs it over a stream and the log. They say frames/, and compare by trie/ where no cursor helps.

export { REPLICATE_PROTOCOL } from './constants.ts'
export { ReplicateError } from './errors.ts'
export { Replicate } from './replicate.ts'
export { StorageBudgets } from './storage-budgets.ts'
export type { ReplicateErrorCode } from './errors.ts'
export type { Live } from './frames/frames.ts'
export type { AskedFor, AskedMark, KnownServer, PullStore } from './puller/pull-store.ts'
export type { Round } from './puller/puller-steps.ts'
export type { Pulled, PullOptions, ReplicateComponents, ReplicateCounts } from './replicate.ts'
export type { Traffic } from './traffic.ts'
