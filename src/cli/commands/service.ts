// egregore service: the node as a service of this machine, which starts it, and starts it again when it fails.

import { Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig, pathsOf } from '../../config/index.ts'
import { connectToNode } from '../client.ts'
import { CliError } from '../errors.ts'
import { orUsage, sourcesFor } from '../loading.ts'
import { nodeBefore } from '../mcp/index.ts'
import { withNodeOptions } from '../node-options.ts'
import { print, printFacts, printJson } from '../output.ts'
import { readRuntime } from '../runtime-file.ts'
import { describeService, findInstalled, install, managerOf, stateOf, uninstall } from '../service/index.ts'
import type { StatusData } from '../../api/index.ts'
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

/** A large database takes seconds to be opened. */
const START_MS_MAX = 60_000

/** Between questions to the manager whether the node still runs. */
const LOOK_AGAIN_MS = 1_000

const EXAMPLES = `
Examples:
  $ egregore service install
  $ egregore service install --print
  $ sudo egregore service install --system --data-dir /var/lib/egregore
  $ egregore service status
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
  await waitForNode(manager, service)
  if (options.json) return printJson({ outcome, ...factsOf(manager, options.name, service.dataDir) })
  print(`${sentenceFor(outcome, service.name)} ${manager.pathOf(service.name)}`)
  for (const line of [...manager.advice(service), ...leftBehind()]) print(line)
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

/** Before anything is changed: what would make a service that cannot run. */
async function refuseUnready(manager: Manager, service: Service): Promise<void> {
  const { dataDir, passphraseFile } = service
  const { hasSealedKey } = await import('../../store/index.ts')
  if (passphraseFile === undefined && hasSealedKey(pathsOf(dataDir).identity)) {
    const message = `The private key in ${dataDir} is under a passphrase, and nobody answers for a service. Name a file that holds it: EGREGORE_PASSPHRASE_FILE=/path.`
    throw new CliError(2, 'PASSPHRASE_FILE_NEEDED', message)
  }
  const pid = await pidOnDirectory(dataDir)
  if (pid === undefined) return
  const state = await stateOf(manager, service.name)
  if (state.isRunning && (state.pid ?? pid) === pid) return
  throw new CliError(
    5,
    'NODE_RUNNING',
    `A node runs on ${dataDir} already, as process ${pid}. Stop it, then install the service.`,
  )
}

/** Of the node that answers there; a runtime file alone may be left by a crash. */
async function pidOnDirectory(dataDir: string): Promise<number | undefined> {
  const pid = readRuntime(dataDir)?.pid
  const isThere = await connectToNode(dataDir).then(
    () => true,
    (error: CliError) => error.code !== 'NOT_RUNNING', // connectToNode throws nothing else.
  )
  return isThere ? pid : undefined
}

/** Waits until the node answers: a manager calls a process started that ends a moment later. */
async function waitForNode(manager: Manager, { name, dataDir }: Service): Promise<void> {
  const patience = AbortSignal.timeout(START_MS_MAX)
  while (!patience.aborted) {
    if (await answersBefore(AbortSignal.timeout(LOOK_AGAIN_MS), dataDir)) return
    const { isRunning, words } = await stateOf(manager, name)
    if (isRunning) continue
    const message = `The service ${name} is installed, but its node ended: ${words}. Its log says why; the next "egregore service install" starts it again.`
    throw new CliError(1, 'SERVICE_ENDED', message)
  }
  const message = `The service ${name} is installed, but its node has not answered in ${START_MS_MAX / 1000} s. "egregore service status" and its log say more.`
  throw new CliError(6, 'TIMED_OUT', message)
}

async function answersBefore(patience: AbortSignal, dataDir: string): Promise<boolean> {
  try {
    return (await nodeBefore(patience, dataDir)) !== undefined
  } catch (error) {
    // It runs, and has no API to say so.
    if (error instanceof CliError && error.code === 'API_OFF') return true
    throw error
  }
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

/** A service starts with an environment of its own. */
function leftBehind(): string[] {
  const kept = ['EGREGORE_DATA_DIR', 'EGREGORE_CONFIG', 'EGREGORE_PASSPHRASE_FILE']
  const lost = Object.keys(process.env).filter((name) => name.startsWith('EGREGORE_') && !kept.includes(name))
  if (lost.length === 0) return []
  return [
    `The service does not have these variables of yours: ${lost.join(', ')}. Put them into its configuration: egregore config set`,
  ]
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
  if (options.json) return printJson({ ...factsOf(manager, options.name, dataDir), service: state, node })
  printFacts([
    ['service', `${options.name} of the ${manager.scope}, under ${manager.title}`],
    ['described in', manager.pathOf(options.name)],
    ['data', dataDir],
    [manager.title, state.words],
    ['node', 'problem' in node ? silenceOf(state, node) : `answers, version ${node.version}`],
    ...('problem' in node ? [] : [['health', node.health.ok ? 'ok' : node.health.reasons.join('; ')] as const]),
  ])
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
