// The settings of a node: flag before environment before file before default, checked before anything starts.

import { configPathOf, isReadableByOthers, readConfigText } from './config-file.ts'
import { ConfigError } from './errors.ts'
import { environmentLayer, flagLayer, holdsSecret, inputLayer } from './layers.ts'
import { resolve } from './resolve.ts'
import { checkTogether } from './rules.ts'
import { SETTINGS } from './settings.ts'
import type { Problem } from './errors.ts'
import type { ConfigInput, Layer } from './layers.ts'
import type { NetworkKeys, Settled } from './network-keys.ts'
import type { Resolved } from './resolve.ts'
import type { Values } from './settings.ts'
import type { FileLayer } from './yaml-layer.ts'

/** All settings of a node, checked. */
export interface Config extends Omit<Values, 'networkKeys'> {
  /** The first of {@link networkKeys}: the one that this node speaks with. */
  readonly networkKey: string
  /** All that let somebody in. */
  readonly networkKeys: NetworkKeys
  /** What of them stands in a file; absent without one. */
  readonly file?: ConfigFile
}

/** A configuration file that was read. */
export interface ConfigFile {
  path: string
  /** Those of `peers` that stand in it: nobody else can remove them. */
  peers: readonly string[]
  /** Keys of the original's file that mean nothing here. */
  withoutEffect: readonly string[]
  /** Whether it holds a secret that others than its owner can read. */
  isExposed: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings for a program that starts a node; no file is read.
 *
 * @param input - what was given explicitly; wins
 * @param environment - such as `process.env`; `EGREGORE_PORT=7664` is the port
 * @throws ConfigError `CONFIG_INVALID`
 * @example readConfig({ dataDir: './data', peers: ['10.0.0.2:7655'], api: { enabled: false } })
 */
export function readConfig(input: ConfigInput, environment: Environment = {}): Config {
  return configOf(checkTogether(resolve([inputLayer(input), environmentLayer(environment)])))
}

/** What a command line says of the configuration. */
export interface ConfigSources {
  /** Values of flags, by the key of their setting. */
  flags: ReadonlyMap<string, unknown>
  environment: Environment
  /** `--config`; its twin is EGREGORE_CONFIG. Without it, config.yaml in the data directory, when there is one. */
  path?: string | undefined
}

/** Settings with everything that is known of where they come from. */
export interface LoadedConfig extends Pick<Resolved, 'used'> {
  config: Config
}

/**
 * The settings for a node of the command line.
 *
 * @throws ConfigError `CONFIG_INVALID`, with everything that is wrong in any of the sources
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const given = givenLayers(sources)
  const file = await readFileLayer(placeOfFile(sources))
  const settled = checkTogether(resolve([...given, ...(file === undefined ? [] : [file.layer])]))
  const config = configOf(settled)
  return { config: file === undefined ? config : { ...config, file: fileOf(file) }, used: settled.used }
}

function configOf({ values, networkKeys }: Settled): Config {
  return { ...values, networkKeys }
}

/**
 * The data directory alone, for verbs that look for a running node: mistakes elsewhere in the file do not concern them.
 *
 * @throws ConfigError when the place itself cannot be told
 */
export async function loadDataDir(sources: ConfigSources): Promise<string> {
  const given = givenLayers(sources)
  const isGiven = given.some(({ values }) => values.has('data_dir'))
  const place = placeOfFile(sources)
  const file = isGiven ? undefined : await readFileLayer(place)
  const inFile = file?.layer.values.get('data_dir')
  if (place.isNamed && inFile === undefined && file !== undefined && file.layer.problems.length > 0) {
    throw new ConfigError(file.layer.problems)
  }
  const layers = inFile === undefined ? given : [...given, { values: new Map([['data_dir', inFile]]), problems: [] }]
  return resolve(layers.map(onlyDataDir)).values.dataDir
}

function onlyDataDir({ values }: Layer): Layer {
  const found = values.get('data_dir')
  return { values: new Map(found === undefined ? [] : [['data_dir', found]]), problems: [] }
}

/** Where the file of some sources is, whether it is there or not. */
export function placeOfFile(sources: ConfigSources): { path: string; isNamed: boolean } {
  const named = sources.path ?? (sources.environment.EGREGORE_CONFIG || undefined)
  return { path: named ?? configPathOf(dataDirOf(givenLayers(sources))), isNamed: named !== undefined }
}

function givenLayers({ flags, environment }: ConfigSources): Layer[] {
  return [flagLayer(flags), environmentLayer(environment)]
}

/** What a text says, whatever is wrong with it. */
export interface Inspected {
  layer: FileLayer
  /** All of them, also what settings demand of one another. */
  problems: readonly Problem[]
}

/** Reads a text by itself: neither flags nor environment mend or break it. */
export async function inspectText(text: string, path: string): Promise<Inspected> {
  const { yamlLayer } = await import('./yaml-layer.ts') // Only who has a file waits for its parser.
  const layer = yamlLayer(text, path)
  try {
    checkTogether(resolve([layer]))
    return { layer, problems: [] }
  } catch (error) {
    if (error instanceof ConfigError) return { layer, problems: error.details.problems }
    throw error
  }
}

interface ReadFile {
  path: string
  layer: FileLayer
}

async function readFileLayer({ path, isNamed }: { path: string; isNamed: boolean }): Promise<ReadFile | undefined> {
  const text = readConfigText(path, isNamed)
  if (text === undefined) return undefined
  const { yamlLayer } = await import('./yaml-layer.ts') // Only who has a file waits for its parser.
  return { path, layer: yamlLayer(text, path) }
}

function fileOf({ path, layer }: ReadFile): ConfigFile {
  const peers = layer.values.get('peers')?.value ?? []
  const isExposed = holdsSecret(layer) && isReadableByOthers(path)
  return { path, peers: peers as string[], withoutEffect: layer.withoutEffect, isExposed } // A list of texts: it was checked.
}

/** The data directory as flags and environment have it: there the file is looked for, which may name another one. */
function dataDirOf(layers: readonly Layer[]): string {
  const given = layers.map(({ values }) => values.get('data_dir')?.value).find((value) => value !== undefined)
  const result = SETTINGS.dataDir.accepts.safeParse(given ?? SETTINGS.dataDir.default)
  return result.success ? result.data : SETTINGS.dataDir.default
}
