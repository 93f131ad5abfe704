// The face of config/: the one place where defaults, file, environment and flags are merged and checked.

export { loadConfig, loadDataDir, readConfig } from './config.ts'
export { ConfigError } from './errors.ts'
export { hooksOf } from './hooks.ts'
export { pathsOf } from './paths.ts'
export { checkAddresses } from './rules.ts'
export { environmentName } from './setting.ts'
export { ALL_SETTINGS, DEFAULT_NETWORK_KEY } from './settings.ts'
export type { Config, ConfigFile, ConfigSources, LoadedConfig } from './config.ts'
export type { Origin, Problem } from './errors.ts'
export type { ConfigInput } from './layers.ts'
export type { Paths } from './paths.ts'
export type { PlacedSetting, Setting } from './setting.ts'
