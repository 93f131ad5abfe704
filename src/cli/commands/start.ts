// egregore [start]: runs a node until it is told to stop.

import { Command, Option } from 'commander'
import { ConfigError, environmentName, readConfig, SETTINGS } from '../../config/index.ts'
import { createEgregore } from '../../egregore.ts'
import { CliError } from '../errors.ts'
import { createLogger } from '../logging.ts'
import { collect } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import { removeRuntime, writeRuntime } from '../runtime-file.ts'
import { welcome } from '../welcome.ts'
import type { Config, ConfigInput, Setting } from '../../config/index.ts'
import type { Egregore } from '../../egregore.ts'
import type { Runtime } from '../runtime-file.ts'

/** interfaces.md, "Configuration": a node that is told to stop has ended after this, whatever its peers do. */
const STOP_MS_MAX = 5_000

/** Options that concern only what is printed. */
interface PrintOptions {
  quiet?: true
  json?: true
}

/** The verb that runs a node; it is the default one. */
export function startCommand(version: string): Command {
  const command = new Command('start').description('run a node (the default)').allowExcessArguments()
  for (const setting of Object.values(SETTINGS)) command.addOption(optionOf(setting))
  return command
    .option('--quiet', 'print nothing but errors')
    .option('--json', 'print where the node listens as one line of JSON, for scripts')
    .addHelpText(
      'after',
      '\nExample:\n  $ egregore --data-dir ./node-b --port 7664 --gossip-port 7665 --peer 127.0.0.1:7655',
    )
    .action(() => run(command, version))
}

function optionOf(setting: Setting): Option {
  const { flag, value, description, repeatable } = setting
  const text = `${description} (env: ${environmentName(setting)})`
  const option = new Option(value === undefined ? `--${flag}` : `--${flag} <${value}>`, text)
  return repeatable ? option.argParser(collect) : option
}

async function run(command: Command, version: string): Promise<void> {
  refuseWords(command.args)
  const printing = command.opts<PrintOptions>()
  const config = configOf(command)
  const logger = createLogger(printing.quiet ? 'error' : config.logLevel)
  const node = await createEgregore(config, { logger, version })
  const runtime = runtimeOf(node, version)
  writeRuntime(config.dataDir, runtime)
  announce(node, config, runtime, printing)
  await stopped(node, config)
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

function runtimeOf(node: Egregore, version: string): Runtime {
  return {
    pid: process.pid,
    version,
    startedAt: new Date().toISOString(),
    ...(node.apiUrl !== undefined && { api: node.apiUrl }),
    ...(node.network !== undefined && { gossipPort: node.network.port }),
  }
}

function announce(node: Egregore, config: Config, runtime: Runtime, { quiet, json }: PrintOptions): void {
  if (json) printJson({ ...runtime, identity: node.identity.author, multiaddrs: node.network?.multiaddrs ?? [] })
  else if (!quiet) for (const line of welcome(node, config, runtime)) print(line)
}

/** Resolves when a signal has ended the node in order; a second signal ends the process at once. */
function stopped(node: Egregore, config: Config): Promise<void> {
  return new Promise((resolve) => {
    const stop = async (): Promise<void> => {
      for (const signal of SIGNALS) process.once(signal, () => process.exit(1))
      setTimeout(() => process.exit(1), STOP_MS_MAX).unref()
      await node.stop()
      removeRuntime(config.dataDir)
      resolve()
    }
    for (const signal of SIGNALS) process.once(signal, () => void stop())
  })
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
