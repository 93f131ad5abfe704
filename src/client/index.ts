// The face of client/, exported from the package as `egregore/client`: a typed client of a running node.

export { EgregoreClient } from './client.ts'
export { EgregoreError } from './errors.ts'
export { EventStream } from './event-stream.ts'
export type { Answer, Ask, Asked } from './ask.ts'
export type { EgregoreClientInit } from './client.ts'
export type { ClientErrorCode } from './errors.ts'
export type { CallInput, EventsAsked, NodeEvent, PathsOf, Reply, ReplyTo } from './types.ts'
