// A verb of the command line in a process of its own, as a person would call it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

const BIN = new URL('../../../src/cli/bin.js', import.meta.url).pathname

/** Runs a verb to its end. */
export async function runVerb(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`egregore ${args.join(' ')} ended with ${code}.`)
}
