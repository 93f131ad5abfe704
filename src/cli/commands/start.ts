// egregore [start]: what may be said to a starting node. run-node.ts runs it.

import { Command, Option } from 'commander'
import { ALL_SETTINGS, createConfigFile, environmentName, pathsOf, placeOfFile } from '../../config/index.ts'
import { CliError } from '../errors.ts'
import { checkPeers, loadFor, orUsage, sourcesOf } from '../loading.ts'
import { collect } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import { readPassphrase } from '../passphrase.ts'
import { unknownCommand } from '../unknown-command.ts'
import type { PlacedSetting } from '../../config/index.ts'

/** Options that concern only the start itself. */
export interface StartOptions extends PrintOptions {
  passphrase?: true
}

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
  for (const setting of ALL_SETTINGS) {
    if (setting.flag !== undefined) command.addOption(optionOf(setting, setting.flag))
  }
  return command
    .option(
      '--config <path>',
      'YAML file with settings (env: EGREGORE_CONFIG; default: config.yaml in the data directory)',
    )
    .option(
      '--passphrase',
      'ask for the passphrase of the private key, which is encrypted from then on (without asking: EGREGORE_PASSPHRASE_FILE)',
    )
    .option('--init-config', 'write a commented configuration file with all defaults, and end')
    .option('--quiet', 'print nothing but errors')
    .option('--json', 'print where the node listens as JSON, for scripts')
    .addHelpText('after', EXAMPLE)
    .action(() => start(command, version))
}

function optionOf({ value, description, repeatable }: PlacedSetting, flag: string): Option {
  const words = flag.startsWith('no-') ? `off: ${description}` : description
  const text = `${words} (env: ${environmentName(flag)})`
  const option = new Option(value === undefined ? `--${flag}` : `--${flag} <${value}>`, text)
  return repeatable ? option.argParser(collect) : option
}

async function start(command: Command, version: string): Promise<void> {
  refuseWords(command)
  if (command.getOptionValue('initConfig') === true) return initConfig(command)
  const loaded = await loadFor(command)
  await checkPeers(loaded)
  const options = command.opts<StartOptions>()
  const passphrase = await passphraseFor(loaded.config.dataDir, options)
  // Loaded only here: every other verb would wait for a network and a database that it never uses.
  const { runNode } = await import('../run-node.ts')
  await orUsage(() => runNode(loaded.config, { version, passphrase }, options))
}

/** Undefined when the key is to be as it is. */
async function passphraseFor(dataDir: string, { passphrase: isAsked }: StartOptions): Promise<string | undefined> {
  const file = process.env.EGREGORE_PASSPHRASE_FILE
  if (!isAsked && file === undefined) return undefined
  const { hasSealedKey } = await import('../../store/index.ts')
  const isNew = !hasSealedKey(pathsOf(dataDir).identity)
  return readPassphrase({ file, question: isNew ? 'New passphrase of the private key' : 'Passphrase', isNew })
}

async function initConfig(command: Command): Promise<void> {
  const { path } = placeOfFile(await sourcesOf(command))
  const isNew = await createConfigFile(path)
  if (!isNew) throw new CliError(5, 'CONFIG_EXISTS', `${path} is there already, and stays as it is. Remove it first.`)
  if (command.opts<PrintOptions>().json) printJson({ path })
  else print(`${path} is written. Every line of it shows a default; "egregore config set" changes one.`)
}

/** `egregore stauts` must not start a node. */
function refuseWords({ args: [word], parent }: Command): void {
  if (word === undefined) return
  const verbs = parent?.createHelp().visibleCommands(parent) ?? []
  throw unknownCommand(
    word,
    verbs.map((verb) => verb.name()),
    'egregore',
  )
}
