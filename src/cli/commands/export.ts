// egregore export: every message of the running node as it was signed, one a line.

import { createWriteStream, statSync } from 'node:fs'
import { realpath, rename, rm } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { authorMeant } from '../authors.ts'
import { CliError } from '../errors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import { advanceText, bar, Progress } from '../progress.ts'
import type { NodeClient } from '../client.ts'
import type { NodeOptions } from '../node-options.ts'

interface ExportOptions extends NodeOptions {
  author?: string
  skipDamaged?: true
  quiet?: true
}

/** What comes, and what counts it. */
type Lines = [Readable, Transform]

export function exportCommand(): Command {
  return withNodeOptions(new Command('export').description('write every message as it was signed, one a line'))
    .argument('[file]', 'is made, or replaced when the export is whole; standard output without it, or with -')
    .option('--author <who>', 'only messages of this author: name, short key or public_id')
    .option('--skip-damaged', 'of a damaged database, what can still be read')
    .option('--quiet', 'no progress')
    .addHelpText('after', '\nExample:\n  $ egregore export all.ndjson && egregore import --verify-only all.ndjson')
    .action(exportTo)
}

async function exportTo(path: string | undefined, options: ExportOptions): Promise<void> {
  const node = await nodeOf(options)
  const author = await authorMeant(node, options.author)
  const { skipDamaged } = options
  const query = new URLSearchParams({ ...(author && { author }), ...(skipDamaged && { skip_damaged: 'true' }) })
  const total = author === undefined ? await totalOf(node) : undefined
  const response = await node.fetch(`/v1/export?${query}`)
  if (!response.ok || response.body === null) throw await refusal(response)
  const progress = new Progress({ isQuiet: options.quiet === true || options.json === true })
  const lines: Lines = [Readable.fromWeb(response.body), counting(progress, total)]
  try {
    if (path === undefined || path === '-')
      return await pipeline(...lines, process.stdout, { end: false }).catch(notWhole)
    if (isSpecial(path)) await pipeline(...lines, createWriteStream(path)).catch(notWhole)
    else await writeWhole(lines, path)
  } finally {
    progress.end()
  }
  if (options.json) printJson({ path })
  else print(`The export is in ${path}; "egregore import" takes it.`)
}

async function totalOf(node: NodeClient): Promise<number> {
  return (await node.get('/v1/status')).data.message_count
}

const LINE_END = 0x0a

/** Passes everything on, and shows how many lines have gone by. */
function counting(progress: Progress, total: number | undefined): Transform {
  let done = 0
  return new Transform({
    transform(chunk: Uint8Array, _, next) {
      for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) done++
      const text = () => `export: ${advanceText({ done, total, rate: progress.rateOf(done) })}`
      progress.show(() => [total === undefined ? text() : `${bar(done, total)} ${text()}`])
      next(null, chunk)
    },
  })
}

/** A pipe or a device takes what is written, and is not replaced. */
function isSpecial(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && !found.isFile() && !found.isDirectory()
}

/** What is not whole never has the name of an export. */
async function writeWhole(lines: Lines, path: string): Promise<void> {
  // What a link points to is written, as everywhere; the link stays.
  const target = await realpath(path).catch(() => path)
  const draft = `${target}.part`
  try {
    await pipeline(...lines, createWriteStream(draft, { mode: 0o600 }))
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    notWhole(error)
  }
}

function notWhole(cause: unknown): never {
  const message = `The export is not whole: ${(cause as Error).message}. Nothing was kept of it; try again.`
  throw new CliError(1, 'EXPORT_BROKEN', message, { cause })
}

async function refusal(response: Response): Promise<CliError> {
  const { error } = (await response.json()) as { error: { code: string; message: string } } // The node's own envelope.
  return new CliError(1, error.code, error.message)
}
