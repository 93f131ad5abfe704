// egregore restore: a backup becomes the database of a data directory. No node runs on it meanwhile, so none is asked.

import { join } from 'node:path'
import { Command } from 'commander'
import { pathsOf } from '../../data-directory.ts'
import { dataDirFor } from '../loading.ts'
import { withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

interface RestoreOptions extends NodeOptions {
  offline?: true
  replace?: true
}

export function restoreCommand(): Command {
  return withNodeOptions(new Command('restore').description('put a backup in the place of a stopped node’s database'))
    .argument('<backup>', 'as "egregore backup" printed it')
    .option('--replace', 'move a database that is there aside')
    .option('--offline', 'no peer holds more of our own feed than the backup: publish without asking one')
    .addHelpText('after', '\nExample:\n  $ egregore restore ./data/backups/2026-01-01T00-00-00Z --data-dir ./new-home')
    .action(restore)
}

async function restore(backup: string, options: RestoreOptions): Promise<void> {
  const { forgetLatestSequence, lockDirectory, restoreDatabase } = await import('../../store/index.ts')
  const { data, database, backups, identity } = pathsOf(await dataDirFor(options))
  const replaced = join(backups, `replaced-${new Date().toISOString().replaceAll(':', '-')}`)
  const lock = lockDirectory(data)
  try {
    const offline = options.offline ?? false
    restoreDatabase(backup, database, { offline, ...(options.replace && { replaced }) })
    if (offline) forgetLatestSequence(identity)
    if (options.json) return printJson({ database, publishing_waits: !offline })
    print(`${database} is what the backup held. The identity is not part of it: "egregore identity import" brings one.`)
    if (!offline) print('The node publishes as soon as a peer has told what it holds of our feed.')
  } finally {
    lock.release()
  }
}
