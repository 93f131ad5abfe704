// egregore service: the node as a service of this machine, which starts it, and starts it again when it fails.

import { Command, InvalidArgumentError, Option } from 'commander'
import { ALL_SETTINGS, environmentName, loadConfig } from '../../config/index.ts'
import { connectToNode } from '../client.ts'
import { orUsage, sourcesFor } from '../loading.ts'
import { withNodeOptions } from '../node-options.ts'
import { print, printFacts, printJson } from '../output.ts'
import {
  describeService,
  findInstalled,
  install,
  managerOf,
  refuseUnready,
  restart,
  stateOf,
  uninstall,
  waitForNode,
} from '../service/index.ts'
import type { StatusData } from '../../api/index.ts'
import type { CliError } from '../errors.ts'
import type { NodeOptions } from '../node-options.ts'
import type { Installed, ManagedState, Manager, Service } from '../service/index.ts'

interface ServiceOptions {
  name: string
  system?: true
  user?: true
  json?: true
}

interface InstallOptions extends ServiceOptions, NodeOptions {
  json?: true
  print?: true
}

const EXAMPLES = `
Examples:
  $ egregore service install
  $ egregore service install --print
  $ sudo egregore service install --system --data-dir /var/lib/egregore
  $ egregore service status
  $ egregore service restart
  $ egregore service uninstall`

/** The verb that speaks with systemd, launchd or the task scheduler. */
export function serviceCommand(): Command {
  const add = withNodeOptions(
    withServiceOptions('install', 'install the node as a service, or change it, and start it'),
  )
    .option('--print', 'only print the description, and where it would be written')
    .action(installService)
  return new Command('service')
    .description('run the node as a service of this machine')
    .addHelpText('after', EXAMPLES)
    .addCommand(add)
    .addCommand(withJson(withServiceOptions('status', 'how the service and its node are')).action(showService), {
      isDefault: true,
    })
    .addCommand(
      withJson(withServiceOptions('restart', 'start the node again, as after an upgrade')).action(restartService),
    )
    .addCommand(
      withJson(withServiceOptions('uninstall', 'take the service away; its data stays')).action(uninstallService),
    )
}

function withServiceOptions(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--name <name>', 'of the service', parseName, 'egregore')
    .addOption(
      new Option('--user', 'your own, started when you log in (the default, but for root)').conflicts('system'),
    )
    .option('--system', 'of the machine, started with it')
}

function withJson(command: Command): Command {
  return command.option('--json', 'print JSON, for scripts')
}

/** A name that every manager takes, and that no path and no option can be mistaken for. */
function parseName(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(text)) return text
  throw new InvalidArgumentError('Expected letters, digits, "_" and "-".')
}

function managerFor({ system, user }: ServiceOptions): Manager {
  const isSystem = system ?? (user === undefined && process.getuid?.() === 0)
  return managerOf(isSystem ? 'system' : 'user')
}

async function installService(options: InstallOptions): Promise<void> {
  const manager = managerFor(options)
  // The whole configuration: one that does not hold would make a service that ends at once.
  const { config } = await orUsage(() => loadConfig(sourcesFor(options)))
  const { EGREGORE_CONFIG, EGREGORE_PASSPHRASE_FILE } = process.env
  const place = { name: options.name, scope: manager.scope, dataDir: config.dataDir }
  const files = { config: options.config ?? (EGREGORE_CONFIG || undefined), passphraseFile: EGREGORE_PASSPHRASE_FILE }
  const service = await describeService({ ...place, ...files })
  if (options.print) return printDescription(manager, service, options)
  await refuseUnready(manager, service)
  const outcome = await install(manager, service)
  await waitForNode(manager, service.name, service.dataDir)
  const lost = variablesLeftBehind()
  if (options.json) {
    return printJson({ outcome, ...factsOf(manager, options.name, service.dataDir), variables_left_behind: lost })
  }
  print(`${sentenceFor(outcome, service.name)} ${manager.pathOf(service.name)}`)
  for (const line of manager.advice(service)) print(line)
  if (lost.length > 0) print(`${LEFT_BEHIND} ${lost.join(', ')}`)
}

function printDescription(manager: Manager, service: Service, { json }: InstallOptions): void {
  const [path, text] = [manager.pathOf(service.name), manager.textOf(service)]
  if (json) {
    printJson({ ...factsOf(manager, service.name, service.dataDir), text })
    return
  }
  // The description alone on standard output, so that it can be redirected into a file.
  process.stderr.write(`${path}:\n`)
  process.stdout.write(text)
}

function sentenceFor(outcome: Installed, name: string): string {
  switch (outcome) {
    case 'installed':
      return `The service ${name} is installed and its node answers:`
    case 'changed':
      return `The service ${name} is changed, and its node was started again:`
    case 'unchanged':
      return `The service ${name} was installed like this already, and its node answers:`
  }
}

/** A service starts with an environment of its own; the place of the data it is told. */
function variablesLeftBehind(): string[] {
  const names = ALL_SETTINGS.flatMap(({ flag, key }) =>
    flag === undefined || key === 'data_dir' ? [] : [environmentName(flag)],
  )
  return names.filter((name) => process.env[name] !== undefined)
}

const LEFT_BEHIND = 'Variables of yours that the service does not have; "egregore config set" puts them into its file:'

async function restartService(options: ServiceOptions): Promise<void> {
  const manager = managerFor(options)
  const dataDir = await restart(manager, options.name)
  await waitForNode(manager, options.name, dataDir)
  if (options.json) return printJson({ outcome: 'restarted', ...factsOf(manager, options.name, dataDir) })
  print(`The service ${options.name} was started again, and its node answers.`)
}

async function uninstallService(options: ServiceOptions): Promise<void> {
  const manager = managerFor(options)
  const dataDir = await uninstall(manager, options.name)
  if (options.json) return printJson({ outcome: 'uninstalled', ...factsOf(manager, options.name, dataDir) })
  print(`The service ${options.name} is taken away. Its data stays in ${dataDir}.`)
}

async function showService(options: ServiceOptions): Promise<void> {
  const manager = managerFor(options)
  const dataDir = findInstalled(manager, options.name)
  const state = await stateOf(manager, options.name)
  const node = await nodeOn(dataDir)
  process.exitCode = exitCodeOf(state, node)
  if (options.json) return printJson({ ...factsOf(manager, options.name, dataDir), service: shown(state), node })
  printFacts([
    ['service', `${options.name} of the ${manager.scope}, under ${manager.title}`],
    ['described in', manager.pathOf(options.name)],
    ['data', dataDir],
    [manager.title, state.words],
    ['node', 'problem' in node ? silenceOf(state, node) : `answers, version ${node.version}`],
    ...('problem' in node ? [] : [['health', node.health.ok ? 'ok' : node.health.reasons.join('; ')] as const]),
  ])
}

function shown({ isRunning, words, pid }: ManagedState): Record<string, unknown> {
  return { running: isRunning, words, ...(pid !== undefined && { pid }) }
}

/** What the node says of itself, or why it says nothing. */
type NodeWord = Pick<StatusData, 'version' | 'health'> | { problem: string; code: string }

async function nodeOn(dataDir: string): Promise<NodeWord> {
  try {
    const { data } = await (await connectToNode(dataDir)).get('/v1/status')
    return { version: data.version, health: data.health }
  } catch (error) {
    const { message, code } = error as CliError // As: client calls throw nothing else.
    return { problem: message, code }
  }
}

/** The manager starts it here, not a person. */
function silenceOf({ isRunning }: ManagedState, { problem, code }: { problem: string; code: string }): string {
  if (code !== 'NOT_RUNNING') return problem
  return isRunning ? 'does not answer, or not yet: its log says more' : 'is not running'
}

/** 3 as for every verb whose node does not run; 1 when it runs and is not well, or cannot be asked. */
function exitCodeOf({ isRunning }: ManagedState, node: NodeWord): number {
  if (!isRunning) return 3
  if ('problem' in node) return node.code === 'API_OFF' ? 0 : 1
  return node.health.ok ? 0 : 1
}

function factsOf(manager: Manager, name: string, dataDir: string): Record<string, string> {
  return { name, scope: manager.scope, manager: manager.title, path: manager.pathOf(name), data_dir: dataDir }
}
