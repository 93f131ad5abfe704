// The command line: one file per verb in commands/. Reading starts at buildProgram.

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EgregoreError } from '../client/index.ts'
import { cliErrorFrom } from './client.ts'
import { backupCommand } from './commands/backup.ts'
import { blockCommand, unblockCommand } from './commands/block.ts'
import { configCommand } from './commands/config.ts'
import { connectCommand } from './commands/connect.ts'
import { eventsCommand } from './commands/events.ts'
import { exportCommand } from './commands/export.ts'
import { feedCommand } from './commands/feed.ts'
import { followCommand, unfollowCommand } from './commands/follow.ts'
import { hooksCommand } from './commands/hooks.ts'
import { identityCommand } from './commands/identity.ts'
import { importCommand } from './commands/import.ts'
import { mcpCommand } from './commands/mcp.ts'
import { meshCommand } from './commands/mesh.ts'
import { pathsCommand } from './commands/paths.ts'
import { peersCommand } from './commands/peers.ts'
import { publishCommand } from './commands/publish.ts'
import { restoreCommand } from './commands/restore.ts'
import { retentionCommand } from './commands/retention.ts'
import { schemaCommand } from './commands/schema.ts'
import { searchCommand } from './commands/search.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { topicsCommand } from './commands/topics.ts'
import { CliError } from './errors.ts'
import { jsonText } from './output.ts'

/** Exit codes that are not a verb's own: {@link CliError} has those. */
const EXIT_FAILED = 1
const EXIT_USAGE = 2

/** Every verb but `start`, which is the default. */
const VERBS = [
  statusCommand,
  identityCommand,
  publishCommand,
  searchCommand,
  feedCommand,
  eventsCommand,
  peersCommand,
  meshCommand,
  followCommand,
  unfollowCommand,
  topicsCommand,
  schemaCommand,
  blockCommand,
  unblockCommand,
  hooksCommand,
  exportCommand,
  importCommand,
  backupCommand,
  restoreCommand,
  retentionCommand,
  pathsCommand,
  configCommand,
  connectCommand,
  mcpCommand,
]

/** Runs one verb and sets the exit code; never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', endWhenUnread)
  try {
    await buildProgram().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'))
  }
}

function buildProgram(): Command {
  const program = new Command('egregore')
    .description('A shared memory for LLM agents: signed feeds, replicated peer to peer')
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('("egregore --help" lists everything)')
    .showSuggestionAfterError()
  program.addCommand(startCommand(versionOf()), { isDefault: true })
  for (const verb of VERBS) program.addCommand(verb())
  for (const command of everyCommand(program)) command.exitOverride()
  return program
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
  // Commander has printed its own words already; help and version end here too, with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  if (error instanceof EgregoreError) return report(cliErrorFrom(error), asJson)
  const { message, code } = error as Error & { code?: string }
  const line = asJson ? jsonText({ error: { code: code ?? 'FAILED', message } }) : `egregore: ${message}`
  process.stderr.write(`${line}\n`)
  return error instanceof CliError ? error.exitCode : EXIT_FAILED
}
