// egregore bugreport: one file with what helps to find a fault. Works also when no node is running.

import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { reportOn } from '../bugreport/index.ts'
import { endSoon, lookAt } from '../doctor/index.ts'
import { CliError } from '../errors.ts'
import { withNodeOptions } from '../node-options.ts'
import { jsonText, print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

interface BugreportOptions extends NodeOptions {
  output?: string
}

const HELP = `
It holds the version, the platform, the settings, status, mesh, metrics, what "egregore doctor" finds, and the last lines of the log. Keys, tokens,
passphrases, addresses of hooks, contents of messages, and the names of you and of this machine are not in it. It is a text: read it first.

Examples:
  $ egregore bugreport
  $ egregore bugreport --output - | less`

export function bugreportCommand(version: string): Command {
  return withNodeOptions(
    new Command('bugreport').description('write what helps to find a fault into one file, without secrets'),
  )
    .option('--output <file>', 'where to write it; - prints it (default: egregore-bugreport-<time>.json here)')
    .addHelpText('after', HELP)
    .action((options: BugreportOptions) => writeReport(version, options))
}

async function writeReport(version: string, { output, json, ...place }: BugreportOptions): Promise<void> {
  const report = await reportOn(await lookAt(place, version))
  endSoon()
  if (output === '-') return printJson(report)
  const path = resolve(
    output ?? `egregore-bugreport-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.json`,
  )
  write(path, `${jsonText(report, 2)}\n`)
  if (json) return printJson({ path })
  print(`The report is in ${path}.`)
  print('It holds addresses of peers and public identities, and no secrets. Read it before you send it.')
}

/** Whatever stands there already stays. */
function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException // As: writeFileSync throws nothing else.
    if (code === 'EEXIST')
      throw new CliError(5, 'FILE_EXISTS', `${path} is there already, and stays as it is. Name another --output.`)
    throw new CliError(1, 'UNWRITABLE', `${path} cannot be written: ${message}. Name another --output.`, {
      cause: error,
    })
  }
}
