// The face of presence/: who is there, and how it is.

export { Presence } from './presence.ts'
export type { Present } from './heard.ts'
export type { Statement } from './payload.ts'
export type { PresenceCounts } from './presence.ts'
