// What a manager is told to start: this very program under the Node that runs it now, with absolute paths.

import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pathsOf } from '../../config/index.ts'
import { CliError } from '../errors.ts'
import { runTool } from './tool.ts'
import type { Scope, Service } from './service.ts'

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url))

/** As `npm start` does it: a node keeps little for long, and a small nursery keeps its memory small. */
const NODE_FLAGS = ['--max-semi-space-size=8']

/** What a person says of a service. */
export interface Wish {
  name: string
  scope: Scope
  dataDir: string
  /** A configuration file that is not the one in the data directory. */
  config: string | undefined
  passphraseFile: string | undefined
}

/**
 * Makes a wish whole.
 *
 * @throws CliError 2 `PATH_UNFIT`; 5 `SERVICE_AS_ROOT`
 */
export async function describeService({ name, scope, dataDir, config, passphraseFile }: Wish): Promise<Service> {
  const { data } = pathsOf(dataDir)
  const place = ['--data-dir', data, ...(config === undefined ? [] : ['--config', resolve(config)])]
  const args = [...NODE_FLAGS, BIN, 'start', ...place]
  const file = passphraseFile === undefined ? undefined : resolve(passphraseFile)
  for (const word of [process.execPath, ...args, file ?? '']) refuseUnfit(word)
  return {
    name,
    scope,
    program: process.execPath,
    args,
    dataDir: data,
    ...(scope === 'system' && { account: await ownerOf(data) }),
    ...(file !== undefined && { passphraseFile: file }),
  }
}

/** No manager's file can say these in every place in which a path stands. */
function refuseUnfit(path: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (!/[\u0000-\u001f\u007f]|[\s\\]$/.test(path)) return
  const message = `The path ${JSON.stringify(path)} cannot stand in the description of a service: it holds a control character, or ends in a space or backslash.`
  throw new CliError(2, 'PATH_UNFIT', message)
}

/** Whoever owns the data runs the node; root never does. */
async function ownerOf(data: string): Promise<string> {
  const owner = existsSync(data) ? statSync(data).uid : (process.getuid?.() ?? 0)
  if (owner === 0) throw asRoot(data)
  const { exitCode, stdout } = await runTool(['id', '-nu', String(owner)])
  return exitCode === 0 ? stdout.trim() : String(owner)
}

function asRoot(data: string): CliError {
  const advice = `useradd --system egregore; install -d -o egregore -g egregore -m 700 ${data}`
  const message = `A service of the system runs as the owner of its data directory, and ${data} is root's or not there. Give it to a user of its own: ${advice}`
  return new CliError(5, 'SERVICE_AS_ROOT', message)
}
