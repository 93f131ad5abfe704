// egregore doctor: what may be wrong with a node, looked at one by one. Works also when it is not running.

import { Command } from 'commander'
import { CHECKS, endSoon, examine, hasFailed, lookAt, mend, printDiagnoses, reportOf } from '../doctor/index.ts'
import { withNodeOptions } from '../node-options.ts'
import { printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

interface DoctorOptions extends NodeOptions {
  fix?: true
}

const HELP = `
Each finding is ok, warning, failed, or skipped with the reason. It ends with 1 when something failed. docs/diagnosis.md says what each check means.

Examples:
  $ egregore doctor
  $ egregore doctor --fix
  $ egregore doctor --json | jq '.[] | select(.verdict == "failed")'`

export function doctorCommand(version: string): Command {
  return withNodeOptions(new Command('doctor').description('what may be wrong with a node, and what to do about it'))
    .option('--fix', 'mend what risks nothing: modes of files, what a crash left, an index that does not fit the log')
    .addHelpText('after', HELP)
    .action((options: DoctorOptions) => runDoctor(version, options))
}

async function runDoctor(version: string, { fix, json, ...place }: DoctorOptions): Promise<void> {
  const found = await examine(CHECKS, await lookAt(place, version))
  const diagnoses = fix ? await mend(found) : found
  if (json) printJson(diagnoses.map(reportOf))
  else printDiagnoses(diagnoses)
  if (hasFailed(diagnoses)) process.exitCode = 1
  endSoon()
}
