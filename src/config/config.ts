// The settings of a node: flag before environment before file before default, checked before anything starts.

import { configPathOf, readConfigText } from './config-file.ts'
import { environmentLayer, flagLayer, inputLayer } from './layers.ts'
import { resolve } from './resolve.ts'
import { checkTogether } from './rules.ts'
import { SETTINGS } from './settings.ts'
import type { ConfigInput, Layer } from './layers.ts'
import type { Resolved } from './resolve.ts'
import type { Config } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings for a program that starts a node; no file is read.
 *
 * @param input - what was given explicitly; wins
 * @param environment - such as `process.env`; `EGREGORE_PORT=7664` is the port
 * @throws ConfigError `CONFIG_INVALID`
 * @example readConfig({ dataDir: './data', peers: ['10.0.0.2:7655'], api: { enabled: false } })
 */
export function readConfig(input: ConfigInput, environment: Environment = {}): Config {
  const resolved = resolve([inputLayer(input), environmentLayer(environment)])
  checkTogether(resolved)
  return resolved.config
}

/** What a command line says of the configuration. */
export interface ConfigSources {
  /** Values of flags, by the key of their setting. */
  flags: ReadonlyMap<string, unknown>
  environment: Environment
  /** `--config`; its twin is EGREGORE_CONFIG. Without it, config.yaml in the data directory, when there is one. */
  path?: string
}

/** Settings with everything that is known of where they come from. */
export interface LoadedConfig extends Resolved {
  /** The file that was read; absent without one. */
  path?: string
  /** Keys of the original's file that mean nothing here. */
  withoutEffect: readonly string[]
}

/**
 * The settings for a node of the command line.
 *
 * @throws ConfigError `CONFIG_INVALID`, with everything that is wrong in any of the sources
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const given = [flagLayer(sources.flags), environmentLayer(sources.environment)]
  const named = sources.path ?? (sources.environment.EGREGORE_CONFIG || undefined)
  const path = named ?? configPathOf(dataDirOf(given))
  const text = readConfigText(path, named !== undefined)
  if (text === undefined) return loaded(resolve(given), [])
  const { yamlLayer } = await import('./yaml-layer.ts') // Only who has a file waits for its parser.
  const file = yamlLayer(text, path)
  return { ...loaded(resolve([...given, file]), file.withoutEffect), path }
}

function loaded(resolved: Resolved, withoutEffect: readonly string[]): LoadedConfig {
  checkTogether(resolved)
  return { ...resolved, withoutEffect }
}

/** The data directory as flags and environment have it: there the file is looked for, which may name another one. */
function dataDirOf(layers: readonly Layer[]): string {
  const given = layers.map(({ values }) => values.get('data_dir')?.value).find((value) => value !== undefined)
  const result = SETTINGS.dataDir.accepts.safeParse(given ?? SETTINGS.dataDir.default)
  return result.success ? result.data : SETTINGS.dataDir.default
}
