// Writes the reference of settings into docs/configuration.md, from the table in src/config. With --check it only says whether it is there.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsReference } from '../src/config/reference.ts'
import { REPOSITORY } from './source-files.ts'

const PAGE = join(REPOSITORY, 'docs/configuration.md')
const REFERENCE = /(<!-- reference: begin[^\n]*\n)[\s\S]*(<!-- reference: end -->)/

const page = readFileSync(PAGE, 'utf8')
const fresh = page.replace(REFERENCE, (_all, begin: string, end: string) => `${begin}\n${settingsReference()}\n${end}`)
if (!process.argv.includes('--check')) writeFileSync(PAGE, fresh)
else if (fresh !== page || !REFERENCE.test(page)) {
  console.error('docs/configuration.md does not show the settings as they are: run "npm run settings-reference".')
  process.exitCode = 1
}
