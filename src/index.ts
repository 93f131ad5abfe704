// The library's face: a node as an object, for programs that embed one.

export { ConfigError, DEFAULT_NETWORK_KEY, readConfig } from './config/index.ts'
export { createEgregore } from './egregore.ts'
export { FeedError } from './feed/index.ts'
export { LogError } from './log/index.ts'
export { NetworkError } from './network/index.ts'
export { StoreError } from './store/index.ts'
export type { Config, ConfigInput } from './config/index.ts'
export type { Egregore, EgregoreComponents } from './egregore.ts'
export type { Author, Draft, Hash } from './feed/index.ts'
export type { Entry, Log, MessageEntry } from './log/index.ts'
export type { Logger } from './logger.ts'
