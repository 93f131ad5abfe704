// egregore config: what holds and why, and the file. Works also when no node is running.

import { Command } from 'commander'
import {
  ALL_SETTINGS,
  configJsonSchema,
  loadConfig,
  placeOfFile,
  setInFile,
  suggestionFor,
  unsetInFile,
} from '../../config/index.ts'
import { CliError } from '../errors.ts'
import { checkAddress, checkPeers, orUsage, sourcesFor } from '../loading.ts'
import { withNodeOptions } from '../node-options.ts'
import { print, printJson, printTable } from '../output.ts'
import { settingRows } from '../setting-rows.ts'
import type { PlacedSetting } from '../../config/index.ts'
import type { NodeOptions } from '../node-options.ts'

const EXAMPLES = `
Examples:
  $ egregore config show --origin
  $ egregore config set port 7664
  $ egregore config set peers 192.168.1.7:7655 node.example.org:7655
  $ egregore config set network_key - < new.key        # no secret on the command line, where others may see it
  $ egregore config unset peers
  $ egregore config validate ./config.yaml
  $ egregore config schema > config.schema.json`

/** The verbs of the configuration. */
export function configCommand(): Command {
  const config = new Command('config').description('settings: what holds, and the file they stand in')
  config.addHelpText('after', EXAMPLES)
  config.addCommand(
    withNodeOptions(new Command('show').description('every setting with the value that holds'))
      .option('--origin', 'also where it comes from')
      .action(show),
  )
  config.addCommand(
    withNodeOptions(new Command('validate').description('whether a file would be accepted'))
      .argument('[file]', 'config.yaml of the data directory when absent')
      .action(validate),
  )
  config.addCommand(
    withNodeOptions(new Command('set').description('set one setting in the file; its comments stay'))
      .argument('<key>', 'such as port or log.level')
      .argument('<value...>', 'several for a list; - reads standard input, of a list a value on each line')
      .action(set),
  )
  config.addCommand(
    withNodeOptions(new Command('unset').description('remove one setting from the file: its default holds'))
      .argument('<key>', 'such as port or log.level')
      .action(unset),
  )
  config.addCommand(
    new Command('schema')
      .description('the JSON Schema of the file, for editors')
      .action(() => printJson(configJsonSchema())),
  )
  return config
}

async function show(options: NodeOptions & { origin?: true }): Promise<void> {
  const loaded = await orUsage(() => loadConfig(sourcesFor(options)))
  const rows = settingRows(loaded)
  if (options.json)
    return printJson(options.origin ? rows : Object.fromEntries(rows.map(({ key, value }) => [key, value])))
  const cells = rows.map(({ key, value, from }) => [key, textOf(value), ...(options.origin ? [from.join(', ')] : [])])
  printTable(['SETTING', 'VALUE', ...(options.origin ? ['FROM'] : [])], cells)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)
}

async function validate(file: string | undefined, options: NodeOptions): Promise<void> {
  const place = file === undefined ? placeOfFile(sourcesFor(options)) : { path: file }
  // The file by itself: flags and environment neither mend nor break it.
  const loaded = await orUsage(() => loadConfig({ flags: new Map(), environment: {}, path: place.path }))
  await checkPeers(loaded)
  const withoutEffect = loaded.config.file?.withoutEffect ?? []
  if (options.json)
    return printJson({ path: place.path, settings: [...loaded.used.keys()], without_effect: withoutEffect })
  print(`${place.path} is accepted; it sets ${loaded.used.size} of ${ALL_SETTINGS.length} settings.`)
  if (withoutEffect.length > 0) print(`Keys of the original without effect here: ${withoutEffect.join(', ')}.`)
}

async function set(key: string, given: string[], options: NodeOptions): Promise<void> {
  const setting = settingOf(key)
  const words = given.length === 1 && given[0] === '-' ? await typedWords(setting) : given
  const { path } = placeOfFile(sourcesFor(options))
  await checkAddress(setting.key, words)
  await orUsage(() => setInFile(path, setting, words))
  tell(options, { set: setting.key, path }, `${setting.key} is set in ${path}.`)
}

async function unset(key: string, options: NodeOptions): Promise<void> {
  const setting = settingOf(key)
  const { path } = placeOfFile(sourcesFor(options))
  const was = await orUsage(() => unsetInFile(path, setting))
  if (!was) throw new CliError(4, 'NOT_FOUND', `${path} does not set ${setting.key}.`)
  tell(options, { unset: setting.key, path }, `${setting.key} is no longer set in ${path}.`)
}

/** What stands on standard input. The last line end is the editor's. */
async function typedWords(setting: PlacedSetting): Promise<string[]> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > TYPED_LENGTH_MAX) throw new CliError(2, 'USAGE', 'Standard input holds more than any setting.')
  }
  const isList = setting.repeatable || setting.wholeList
  const words = isList ? text.split(/\r?\n/).filter((line) => line !== '') : [text.replace(/\r?\n$/, '')]
  if (words.join('') === '') throw new CliError(2, 'USAGE', `Standard input is empty; ${setting.key} stays as it is.`)
  return words
}

/** A file of settings has no more. */
const TYPED_LENGTH_MAX = 65_536

function tell(options: NodeOptions, facts: Record<string, string>, sentence: string): void {
  if (options.json) printJson(facts)
  else print(`${sentence} A running node reads it when it starts again.`)
}

function settingOf(key: string): PlacedSetting {
  const setting = ALL_SETTINGS.find((one) => one.key === key || one.formerly?.includes(key))
  if (setting !== undefined) return setting
  const keys = ALL_SETTINGS.map((one) => one.key)
  throw new CliError(2, 'USAGE', `There is no setting "${key}"${suggestionFor(key, keys)}`)
}
