// The configuration that a command line asks for.

import { Option } from 'commander'
import { ALL_SETTINGS, ConfigError, loadConfig } from '../config/index.ts'
import { CliError } from './errors.ts'
import type { Command } from 'commander'
import type { LoadedConfig } from '../config/index.ts'

/**
 * Flags, environment and file together.
 *
 * @throws CliError 2 `CONFIG_INVALID`
 */
export async function loadFor(command: Command): Promise<LoadedConfig> {
  const path = command.getOptionValue('config') as string | undefined // --config takes a text.
  try {
    return await loadConfig({ flags: flagsOf(command), environment: process.env, ...(path !== undefined && { path }) })
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(2, error.code, error.message, { cause: error })
    throw error
  }
}

/** Only what was given: commander's own defaults would hide environment and file. */
function flagsOf(command: Command): Map<string, unknown> {
  const flags = new Map<string, unknown>()
  for (const { flag, key } of ALL_SETTINGS) {
    if (flag === undefined) continue
    const name = new Option(`--${flag}`).attributeName()
    if (command.getOptionValueSource(name) === 'cli') flags.set(key, command.getOptionValue(name))
  }
  return flags
}
