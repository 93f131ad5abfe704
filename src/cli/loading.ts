// The configuration that a command line asks for. The settings are loaded where they are needed: most verbs need only a data directory.

import { Option } from 'commander'
import { plainDataDir } from './data-dir.ts'
import { CliError } from './errors.ts'
import type { Command } from 'commander'
import type { ConfigSources, LoadedConfig } from '../config/index.ts'

/** Where a verb is told which node it is about. */
export interface NodePlace {
  dataDir?: string | undefined
  /** Path of a configuration file, which may name the data directory. */
  config?: string | undefined
}

/**
 * Flags, environment and file together.
 *
 * @throws CliError 2 `CONFIG_INVALID`
 */
export async function loadFor(command: Command): Promise<LoadedConfig> {
  const { loadConfig } = await settings()
  return orUsage(async () => loadConfig(await sourcesOf(command)))
}

/** The sources that a command line names. Only what was given: commander's own defaults would hide environment and file. */
export async function sourcesOf(command: Command): Promise<ConfigSources> {
  const { ALL_SETTINGS } = await settings()
  const flags = new Map<string, unknown>()
  for (const { flag, key } of ALL_SETTINGS) {
    if (flag === undefined) continue
    const name = new Option(`--${flag}`).attributeName()
    if (command.getOptionValueSource(name) === 'cli') flags.set(key, command.getOptionValue(name))
  }
  const path = command.getOptionValue('config') as string | undefined // --config takes a text.
  return { flags, environment: process.env, path }
}

/** As {@link checkPeers}, for words that are to become a value. */
export async function checkAddress(key: string, words: readonly string[]): Promise<void> {
  await checkPeers({ used: new Map([[key, [{ value: words, origin: { kind: 'program' } }]]]) })
}

/** The sources that a verb names which has no flags but those of the place. */
export function sourcesFor({ dataDir, config }: NodePlace): ConfigSources {
  const flags = new Map(dataDir === undefined ? [] : [['data_dir', dataDir]])
  return { flags, environment: process.env, path: config }
}

/** The data directory of the node that a verb is about. */
export async function dataDirFor(place: NodePlace): Promise<string> {
  const told = plainDataDir(place, process.env)
  if (told !== undefined) return told
  const { loadDataDir } = await settings()
  return orUsage(() => loadDataDir(sourcesFor(place)))
}

function settings(): Promise<typeof import('../config/index.ts')> {
  return import('../config/index.ts')
}

/**
 * Reads every address of a peer. Loads the network for that, which whoever only talks to a node should not wait for.
 *
 * @throws CliError 2 `CONFIG_INVALID`
 */
export async function checkPeers({ used }: Pick<LoadedConfig, 'used'>): Promise<void> {
  if (!used.has('peers') && !used.has('bootstrap')) return
  const { checkAddresses } = await settings()
  const { NetworkError, parsePeerAddress } = await import('../network/index.ts')
  const whyNot = (address: string) => {
    try {
      parsePeerAddress(address)
      return undefined
    } catch (error) {
      if (error instanceof NetworkError) return error.message
      throw error
    }
  }
  await orUsage(() => checkAddresses({ used }, whyNot))
}

/** A configuration that does not hold is wrong usage. */
export async function orUsage<Outcome>(work: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    const { ConfigError } = await settings()
    if (error instanceof ConfigError) throw new CliError(2, error.code, error.message, { cause: error })
    throw error
  }
}
