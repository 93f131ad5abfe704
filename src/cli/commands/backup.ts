// egregore backup: a checked copy of the running node's database, in its data directory or where it is wanted.

import { existsSync } from 'node:fs'
import { cp, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { CliError } from '../errors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

/** A gigabyte takes some seconds; a disk that is slow takes its time. */
const TIMEOUT_MS = 3_600_000

export function backupCommand(): Command {
  return withNodeOptions(new Command('backup').description('copy the database of the running node'))
    .argument('[directory]', 'is made; backups/ in the data directory without it')
    .addHelpText(
      'after',
      '\nExample:\n  $ egregore backup /mnt/backups/egregore-today\n  $ egregore restore /mnt/backups/egregore-today --data-dir ./new-home',
    )
    .action(makeBackup)
}

async function makeBackup(directory: string | undefined, options: NodeOptions): Promise<void> {
  // Before a gigabyte is copied in vain.
  if (directory !== undefined && existsSync(directory)) throw occupied(directory)
  const { data } = await (await nodeOf(options)).post('/v1/backups', { timeoutMs: TIMEOUT_MS })
  if (directory !== undefined) await move(data.path, directory)
  const path = directory ?? data.path
  if (options.json) return printJson({ ...data, path })
  print(`${path} holds the log as it was at ${data.made_at}, ${Math.ceil(data.bytes / 1024 / 1024)} MiB.`)
  print('The private key is not part of it: "egregore identity export" keeps that.')
}

function occupied(directory: string): CliError {
  return new CliError(1, 'BACKUP_PLACE_TAKEN', `${directory} is there already. Name a directory that is not there yet.`)
}

/** Under its name only when it is whole, also on another disk. */
async function move(from: string, to: string): Promise<void> {
  const draft = `${to}.part`
  try {
    await mkdir(dirname(to), { recursive: true })
    // Of one that was killed: a name that nobody else gives.
    await rm(draft, { recursive: true, force: true })
    await cp(from, draft, { recursive: true, errorOnExist: true, force: false })
    // The other copy goes now, so this one must be there also after a power cut.
    for (const name of await readdir(draft)) await flush(join(draft, name))
    await rename(draft, to)
    await rm(from, { recursive: true })
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    const message = `The backup stays in ${from}; it cannot be moved to ${to}: ${(cause as Error).message}`
    throw new CliError(1, 'BACKUP_NOT_MOVED', message, { cause })
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync().finally(() => file.close())
}
