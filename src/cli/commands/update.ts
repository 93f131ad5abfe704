// egregore update: whether there is a newer release, and that release as a verified file. What runs is never replaced by it (docs/update.md).

import { dirname, resolve } from 'node:path'
import { Command } from 'commander'
import { plain, print, printJson } from '../output.ts'
import { downloadArchive, fetchList, PROGRAM, readProgram, refuseClone, releasesAfter } from '../update/index.ts'
import type { Release } from '../update/index.ts'

interface UpdateOptions {
  check?: true
  to: string
  json?: true
}

const EXAMPLES = `
Examples:
  $ egregore update --check
  $ egregore update --to ~/Downloads`

export function updateCommand(): Command {
  return new Command('update')
    .description('fetch and verify a newer release; what runs stays as it is')
    .option('--check', 'only say whether there is one')
    .option('--to <directory>', 'where to put it', '.')
    .option('--json', 'print JSON, for scripts')
    .addHelpText('after', EXAMPLES)
    .action(update)
}

async function update({ check, to, json }: UpdateOptions): Promise<void> {
  const { version, source } = readProgram()
  if (!check) refuseClone()
  const newer = releasesAfter(version, await fetchList(source.url), source.key, Date.now())
  const [newest] = newer
  if (check || newest === undefined) return tell(version, newer, json)
  const path = resolve(to, `egregore-${newest.version}.tar.gz`)
  const outcome = await downloadArchive(source.url, newest, path)
  if (json) return printJson({ outcome, current: version, version: newest.version, path })
  print(
    `${path} is egregore ${newest.version}: its signature and SHA-256 are right. What runs (${version}) stays as it is. To change to it:`,
  )
  for (const line of stepsTo(newest, path)) print(`  ${line}`)
  print(`The version of now stays in ${resolve(PROGRAM)}: "service install" from there goes back.`)
}

function tell(current: string, newer: readonly Release[], json: true | undefined): void {
  if (json) {
    printJson({ current, newer })
    return
  }
  if (newer.length === 0) print(`egregore ${current} is the newest release.`)
  for (const { version, published_at, notes } of newer) {
    print(`${version}, of ${published_at.slice(0, 10)}${notes === undefined ? '' : `: ${plain(notes)}`}`)
  }
  if (newer.length > 0) print(`This is ${current}. "egregore update" fetches the newest and verifies it.`)
}

/** Beside what runs now, so that both are there. */
function stepsTo({ version }: Release, path: string): string[] {
  const folder = dirname(resolve(PROGRAM))
  return [
    `tar -xzf ${quoted(path)} -C ${quoted(folder)}`,
    `cd ${quoted(resolve(folder, `egregore-${version}`))} && npm ci`,
    'npm run --silent egregore -- service install     # with the words of the first time',
  ]
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
