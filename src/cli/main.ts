// The command line: one file per verb in commands/. Reading starts at buildProgram.

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EgregoreError } from '../client/index.ts'
import { cliErrorFrom } from './client.ts'
import { CliError } from './errors.ts'
import { shareExamples } from './examples.ts'
import { jsonText } from './output.ts'

/** Exit codes that are not a verb's own: {@link CliError} has those. */
const EXIT_FAILED = 1
const EXIT_USAGE = 2

/** Every verb; `start` is the default. Each is loaded when it is asked for: what one of them needs, no other waits for. */
const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand(versionOf()),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  identity: async () => (await import('./commands/identity.ts')).identityCommand(),
  publish: async () => (await import('./commands/publish.ts')).publishCommand(),
  search: async () => (await import('./commands/search.ts')).searchCommand(),
  memory: async () => (await import('./commands/memory.ts')).memoryCommand(),
  message: async () => (await import('./commands/message.ts')).messageCommand(),
  show: async () => (await import('./commands/show.ts')).showCommand(),
  feed: async () => (await import('./commands/feed.ts')).feedCommand(),
  events: async () => (await import('./commands/events.ts')).eventsCommand(),
  peers: async () => (await import('./commands/peers.ts')).peersCommand(),
  agents: async () => (await import('./commands/agents.ts')).agentsCommand(),
  mesh: async () => (await import('./commands/mesh.ts')).meshCommand(),
  sync: async () => (await import('./commands/sync.ts')).syncCommand(),
  follow: async () => (await import('./commands/follow.ts')).followCommand(),
  unfollow: async () => (await import('./commands/follow.ts')).unfollowCommand(),
  topics: async () => (await import('./commands/topics.ts')).topicsCommand(),
  schema: async () => (await import('./commands/schema.ts')).schemaCommand(),
  block: async () => (await import('./commands/block.ts')).blockCommand(),
  unblock: async () => (await import('./commands/block.ts')).unblockCommand(),
  hooks: async () => (await import('./commands/hooks.ts')).hooksCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(),
  restore: async () => (await import('./commands/restore.ts')).restoreCommand(),
  retention: async () => (await import('./commands/retention.ts')).retentionCommand(),
  bugreport: async () => (await import('./commands/bugreport.ts')).bugreportCommand(versionOf()),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(versionOf()),
  logs: async () => (await import('./commands/logs.ts')).logsCommand(),
  paths: async () => (await import('./commands/paths.ts')).pathsCommand(),
  config: async () => (await import('./commands/config.ts')).configCommand(),
  connect: async () => (await import('./commands/connect.ts')).connectCommand(),
  completion: async () => (await import('./commands/completion.ts')).completionCommand(),
  complete: async () => (await import('./commands/completion.ts')).completeCommand(buildProgram),
  mcp: async () => (await import('./commands/mcp.ts')).mcpCommand(),
  service: async () => (await import('./commands/service.ts')).serviceCommand(),
  update: async () => (await import('./commands/update.ts')).updateCommand(),
}

/** Runs one verb and sets the exit code; never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', endWhenUnread)
  try {
    const program = await buildProgram(argv[2])
    await refuseUnknownPart(program, argv[2], argv[3])
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'))
  }
}

/**
 * The program, or as much of it as a call needs.
 *
 * @param verb - the first word that was given, if any
 */
export async function buildProgram(verb: string | undefined): Promise<Command> {
  const program = new Command('egregore')
    .description('A shared memory for LLM agents: signed feeds, replicated peer to peer')
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
  for (const command of await commandsFor(verb)) {
    program.addCommand(command, { isDefault: command.name() === 'start', hidden: command.name() === 'complete' })
    shareExamples(command)
  }
  // What is wrong with a call is told by `report`, like everything else that goes wrong.
  for (const command of everyCommand(program)) command.exitOverride().configureOutput({ outputError: () => {} })
  return program
}

/** The one that was asked for; all of them for anything else, which is a mistake, or asks for help, or starts a node. */
function commandsFor(verb: string | undefined): Promise<Command[]> {
  const loads = verb !== undefined && Object.hasOwn(VERBS, verb) ? [VERBS[verb]] : Object.values(VERBS)
  return Promise.all(loads.flatMap((load) => load?.() ?? []))
}

/** `egregore peers lits`: without this its default, `list`, would be told to have too many arguments. */
async function refuseUnknownPart(program: Command, verb: string | undefined, part: string | undefined): Promise<void> {
  const parts = program.commands.find((command) => command.name() === verb)?.commands ?? []
  if (parts.length === 0 || part === undefined || part.startsWith('-')) return
  if (part === 'help' || parts.some((command) => command.name() === part)) return
  const names = parts.map((command) => command.name())
  const { unknownCommand } = await import('./unknown-command.ts')
  throw unknownCommand(`${verb} ${part}`, names, `egregore ${verb}`)
}

/** `egregore events | head -1`: whoever read the output has seen enough. */
function endWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function versionOf(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** Says what went wrong on stderr and answers the exit code. */
function report(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, asJson)
  if (error instanceof EgregoreError) return report(cliErrorFrom(error), asJson)
  const { message, code } = error as Error & { code?: string }
  const line = asJson ? jsonText({ error: { code: code ?? 'FAILED', message } }) : `egregore: ${message}`
  process.stderr.write(`${line}\n`)
  return error instanceof CliError ? error.exitCode : EXIT_FAILED
}

/** A call that does not fit, in the words of commander; help and version, which are printed already, end here too. */
function reportUsage({ code, message, exitCode }: CommanderError, asJson: boolean): number {
  if (exitCode === 0) return 0
  if (code === 'commander.help') return EXIT_USAGE
  const [fault = '', meant] = message.replace(/^error: /, '').split('\n')
  const hint = meant?.replace(/^\((.*)\)$/, ' $1') ?? ''
  return report(new CliError(EXIT_USAGE, 'USAGE', `${fault.replace(/\.$/, '')}.${hint}`), asJson)
}
