// egregore [start]: what may be said to a starting node. run-node.ts runs it.

import { Command, Option } from 'commander'
import { ConfigError, environmentName, readConfig, SETTINGS } from '../../config/index.ts'
import { CliError } from '../errors.ts'
import { collect } from '../node-options.ts'
import type { Config, ConfigInput, Setting } from '../../config/index.ts'

/** Options that concern only what is printed. */
export interface PrintOptions {
  quiet?: true
  json?: true
}

const EXAMPLE = `
Example:
  $ egregore --data-dir ./node-b --port 7664 --gossip-port 7665 --peer 127.0.0.1:7655`

/** The verb that runs a node; it is the default one. */
export function startCommand(version: string): Command {
  const command = new Command('start').description('run a node (the default)').allowExcessArguments()
  for (const setting of Object.values(SETTINGS)) command.addOption(optionOf(setting))
  return command
    .option('--quiet', 'print nothing but errors')
    .option('--json', 'print where the node listens as JSON, for scripts')
    .addHelpText('after', EXAMPLE)
    .action(() => start(command, version))
}

function optionOf(setting: Setting): Option {
  const { flag, value, description, repeatable } = setting
  const text = `${description} (env: ${environmentName(setting)})`
  const option = new Option(value === undefined ? `--${flag}` : `--${flag} <${value}>`, text)
  return repeatable ? option.argParser(collect) : option
}

async function start(command: Command, version: string): Promise<void> {
  refuseWords(command.args)
  const config = configOf(command)
  // Loaded only here: every other verb would wait for a network and a database that it never uses.
  const { runNode } = await import('../run-node.ts')
  await runNode(config, version, command.opts<PrintOptions>())
}

/** `egregore stauts` must not start a node. */
function refuseWords([word]: readonly string[]): void {
  if (word === undefined) return
  throw new CliError(2, 'USAGE', `Unknown command "${word}". "egregore --help" lists them all.`)
}

/** Only what was given: commander's own defaults would hide the environment. */
function configOf(command: Command): Config {
  const given = Object.keys(SETTINGS).filter((name) => command.getOptionValueSource(name) === 'cli')
  const flags = Object.fromEntries(given.map((name) => [name, command.getOptionValue(name)])) as ConfigInput
  try {
    return readConfig(flags, process.env)
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(2, error.code, error.message, { cause: error })
    throw error
  }
}
