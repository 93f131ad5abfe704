// Writes the reference of verbs into docs/cli.md, from the program itself. With --check it only says whether it is there.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildProgram } from '../src/cli/main.ts'
import { commandReference } from '../src/cli/reference.ts'
import { REPOSITORY } from './source-files.ts'

const PAGE = join(REPOSITORY, 'docs/cli.md')
const REFERENCE = /(<!-- reference: begin[^\n]*\n)[\s\S]*(<!-- reference: end -->)/

const reference = commandReference(await buildProgram(undefined))
const page = readFileSync(PAGE, 'utf8')
const fresh = page.replace(REFERENCE, (_all, begin: string, end: string) => `${begin}\n${reference}\n\n${end}`)
if (!process.argv.includes('--check')) writeFileSync(PAGE, fresh)
else if (fresh !== page || !REFERENCE.test(page)) {
  console.error('docs/cli.md does not show the verbs as they are: run "npm run cli-reference".')
  process.exitCode = 1
}
