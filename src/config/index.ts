// The face of config/: the one place where defaults, environment and flags are merged and checked.

export { environmentName, readConfig } from './config.ts'
export { ConfigError } from './errors.ts'
export { hooksOf } from './hooks.ts'
export { pathsOf } from './paths.ts'
export { DEFAULT_NETWORK_KEY, SETTINGS } from './settings.ts'
export type { ConfigInput } from './config.ts'
export type { Paths } from './paths.ts'
export type { Config, Setting } from './settings.ts'
