// `npm run check`: what can be told without running the node. One line per check, the full output of those that fail.

import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { REPOSITORY } from './source-files.ts'

/** Name → arguments of Node. Tools are started by path, so that no PATH and no shell decides which one runs. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  types: ['node_modules/typescript/bin/tsc', '--noEmit', '--project', '.'],
  style: ['node_modules/@biomejs/biome/bin/biome', 'check'],
  layers: ['scripts/check-layers.ts'],
  protocols: ['scripts/check-protocols.ts'],
  'install scripts': ['scripts/check-install-scripts.ts'],
  'settings reference': ['scripts/make-settings-reference.ts', '--check'],
  'cli reference': ['scripts/make-cli-reference.ts', '--check'],
}

interface Outcome {
  passed: boolean
  output: string
}

async function run(args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { passed: code === 0, output: `${stdout}${stderr}`.trim() }
}

// All start at once; the lines keep the order of the table.
const running = Object.entries(CHECKS).map(([name, args]) => ({ name, outcome: run(args) }))
for (const { name, outcome } of running) {
  const { passed, output } = await outcome
  if (passed) console.log(`${name}: passed${output === '' ? '' : ` (${output.split('\n')[0]})`}`)
  else {
    console.log(`${name}: failed\n${output}\n`)
    process.exitCode = 1
  }
}
