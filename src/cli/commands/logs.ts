// egregore logs: what the node said, also before it ended; and how much each of its parts says.

import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { pathsOf } from '../../data-directory.ts'
import { LEVELS, LEVELS_TEXT, PARTS } from '../../logger.ts'
import { refuseForbidden } from '../data-dir.ts'
import { CliError } from '../errors.ts'
import { dataDirFor } from '../loading.ts'
import { hasLog, LogReader, shownLine } from '../logs/index.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { jsonText, print, printFacts, printJson } from '../output.ts'
import { parseDuration } from '../policy-options.ts'
import type { Level, Part } from '../../logger.ts'
import type { LogLine } from '../logs/index.ts'
import type { NodeOptions } from '../node-options.ts'

interface LogsOptions extends NodeOptions {
  follow?: true
  lines: number
  level: Level
  part?: Part
  since?: number
}

const LINES_DEFAULT = 50

const EXAMPLES = `
Examples:
  $ egregore logs -f
  $ egregore logs show --level warn --since 1d
  $ egregore logs show --part network --json | jq .
  $ egregore logs level network=debug
  $ egregore logs level network=default,warn`

export function logsCommand(): Command {
  const logs = new Command('logs').description('what the node said, also before it ended')
  logs.addCommand(
    withNodeOptions(new Command('show').description('the last lines'))
      .option('-f, --follow', 'go on with what comes, until interrupted')
      .option('-n, --lines <count>', 'how many', parseCount, LINES_DEFAULT)
      .addOption(
        new Option('--level <level>', 'this one and those that matter more')
          .choices(LEVELS.filter((level) => level !== 'silent'))
          .default('debug'),
      )
      .addOption(new Option('--part <part>', 'of one part of the node').choices(PARTS))
      .option('--since <time>', 'not older: 90s, 15m, 12h, 30d, or a time such as 2026-01-31T12:00', parseTime)
      .action(showLogs),
    { isDefault: true },
  )
  logs.addCommand(
    withNodeOptions(new Command('level').description('how much each part of the running node says, until it ends'))
      .addArgument(new Argument('[levels]', 'such as debug, or network=debug,warn; default gives one up'))
      .action(showOrSetLevels),
  )
  return logs.addHelpText('after', EXAMPLES)
}

async function showLogs(options: LogsOptions): Promise<void> {
  const { data, log } = pathsOf(await dataDirFor(options))
  refuseForbidden(data)
  if (!hasLog(log))
    throw new CliError(
      4,
      'NOT_FOUND',
      `There is no log at ${log}: no node has run there, or none has had anything to say at its level.`,
    )
  const reader = new LogReader(log, options)
  const show = (line: LogLine) => print(options.json ? jsonText(line) : shownLine(line))
  for (const line of await reader.last(options.lines)) show(line)
  if (options.follow) for await (const line of reader.next(interrupted())) show(line)
  await reader.close()
}

function interrupted(): AbortSignal {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  return ending.signal
}

async function showOrSetLevels(text: string | undefined, options: NodeOptions): Promise<void> {
  const changes = text === undefined ? undefined : changesIn(text)
  const node = await nodeOf(options)
  const { data } =
    changes === undefined ? await node.get('/v1/log-levels') : await node.post('/v1/log-levels', { body: changes })
  if (options.json) return printJson(data)
  printFacts([['default', data.default], ...Object.entries(data.parts)])
}

/** As the setting log.level is written, with one word more. */
function changesIn(text: string): { default?: Level; parts: Partial<Record<Part, Level | 'default'>> } {
  const changes: ReturnType<typeof changesIn> = { parts: {} }
  for (const one of text.split(',')) {
    const isGivenUp = /=default$/.test(one)
    if (!LEVELS_TEXT.test(isGivenUp ? one.replace('=default', '=info') : one)) throw noLevels(one)
    const [level, part] = one.split('=').reverse() as [Level | 'default', Part | undefined] // As: it was looked at.
    if (part !== undefined) changes.parts[part] = level
    else if (level !== 'default') changes.default = level
  }
  return changes
}

function noLevels(found: string): CliError {
  const expected = `Expected ${LEVELS.join(', ')}, alone or for one of ${PARTS.join(', ')}: network=debug`
  return new CliError(2, 'USAGE', `${expected}. Found "${found}".`)
}

function parseTime(text: string): number {
  if (/^\d+[smhdw]?$/.test(text)) return Date.now() - parseDuration(text) * 1_000
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected 90s, 15m, 12h, 30d, or a time.')
  return time
}
