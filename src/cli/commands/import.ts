// egregore import: messages from an export, or from the data directory of the original egregore, into the running node.

import { createReadStream, existsSync, statSync } from 'node:fs'
import { Command } from 'commander'
import { pathsOf } from '../../data-directory.ts'
import { CliError } from '../errors.ts'
import { linesOf } from '../import/lines.ts'
import { originalDatabase, originalLines } from '../import/original.ts'
import { sendLines } from '../import/send.ts'
import { Tally } from '../import/tally.ts'
import { verifyLines } from '../import/verify.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { counted, print, printJson } from '../output.ts'
import { advanceText, bar, Progress } from '../progress.ts'
import type { Line } from '../import/lines.ts'
import type { NodeOptions } from '../node-options.ts'

interface ImportOptions extends NodeOptions {
  verifyOnly?: true
  offline?: true
  quiet?: true
}

const EXAMPLES = `
Examples:
  $ egregore import all.ndjson
  $ egregore import --verify-only all.ndjson     # needs no node
  $ egregore import ~/old-egregore/data          # the original's data directory`

export function importCommand(): Command {
  return withNodeOptions(new Command('import').description('take messages from an export, verifying each'))
    .argument('<source>', 'a file of "egregore export", "-" for standard input, or a data directory of the original')
    .option('--verify-only', 'only tell whether each line is what its author signed')
    .option('--offline', 'no peer holds more of our own feed: publish without asking one')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(importFrom)
}

async function importFrom(source: string, options: ImportOptions): Promise<void> {
  const tally = new Tally()
  const progress = new Progress({ isQuiet: options.quiet === true || options.json === true })
  const read: Read = { bytes: 0, totalBytes: undefined }
  const lines = followed(await linesFrom(source, read), () => progress.show(() => [lineOf(tally, read, progress)]))
  try {
    if (options.verifyOnly) await verifyLines(lines, tally)
    else if (await take(lines, tally, options)) tellOfWaiting(options)
  } finally {
    progress.end()
  }
  report(tally, options)
  if (tally.refusedCount > 0) process.exitCode = 1
}

/** How far a file is read. */
interface Read {
  bytes: number
  /** Unknown of what is no file of lines. */
  totalBytes: number | undefined
}

async function linesFrom(source: string, read: Read): Promise<AsyncIterable<Line>> {
  if (source === '-') return linesOf(process.stdin)
  const original = await originalDatabase(source)
  if (original !== undefined) return originalLines(original)
  refuseDirectory(source)
  return linesOf(readable(source, read))
}

/** Backups, data directories and memory folders have doors of their own. */
function refuseDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return
  const advice = existsSync(pathsOf(path).database) ? OF_DATABASE : OF_FOLDER
  throw new CliError(2, 'USAGE', `${path} is a directory, and import reads lines. ${advice}`)
}

const OF_DATABASE =
  'A backup is put in the place of a database by "egregore restore". To bring its messages into a node that runs: restore it into a new --data-dir, start that, and "egregore export" there.'

const OF_FOLDER = 'Name a file that "egregore export" has written; a folder of notes is for "egregore memory import".'

/** Calls back for each line that passes. */
async function* followed(lines: AsyncIterable<Line>, passed: () => void): AsyncGenerator<Line> {
  for await (const line of lines) {
    passed()
    yield line
  }
}

/** `[#####---------------] import: 12,000, 15,000/s, 25 % read, 2 refused` */
function lineOf({ lines, refusedCount }: Tally, { bytes, totalBytes }: Read, progress: Progress): string {
  const share = totalBytes === undefined ? [] : [`${Math.floor((bytes / totalBytes) * 100)} % read`]
  const notes = [...share, ...(refusedCount === 0 ? [] : [`${refusedCount} refused`])]
  const text = `import: ${advanceText({ done: lines, rate: progress.rateOf(lines), notes })}`
  return totalBytes === undefined ? text : `${bar(bytes, totalBytes)} ${text}`
}

async function* readable(path: string, read: Read): AsyncGenerator<Uint8Array> {
  try {
    read.totalBytes = statSync(path).size
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      const bytes = chunk as Uint8Array // As: no encoding was asked for.
      read.bytes += bytes.byteLength
      yield bytes
    }
  } catch (cause) {
    throw new CliError(4, 'FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** Some hundred messages at a time. */
const READ_BYTES = 256 * 1024

/** Answers whether publishing waits for a peer now. */
async function take(lines: AsyncIterable<Line>, tally: Tally, options: ImportOptions): Promise<boolean> {
  const client = await nodeOf(options)
  await sendLines(client, lines, tally)
  const last = JSON.stringify({ messages: [], offline: options.offline ?? false })
  return (await client.post('/v1/import', { json: last })).data.publishing_waits
}

function tellOfWaiting({ json }: ImportOptions): void {
  if (!json) print('Our own feed was among them: the node publishes as soon as a peer has told what it holds of it.')
}

function report(tally: Tally, { json }: ImportOptions): void {
  const { lines, outcomes, refused, refusedCount } = tally
  if (json) printJson({ lines, outcomes, refused, refused_count: refusedCount })
  else tell(tally)
}

function tell({ lines, outcomes, refused, refusedCount }: Tally): void {
  const parts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`)
  print(`${counted(lines, 'line')}: ${[...parts, `${refusedCount} refused`].join(', ')}`)
  for (const { line, code } of refused) print(`  line ${line}: ${code}`)
  if (refusedCount > refused.length) print(`  and ${refusedCount - refused.length} more`)
}
