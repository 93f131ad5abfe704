// What keeps a hook from ever working is told before the node starts.

import { accessSync, constants, statSync } from 'node:fs'
import { isMetadataAddress } from '../util/index.ts'
import { HookError } from './errors.ts'
import type { HookInit } from './hook.ts'

/** @throws HookError `HOOK_INVALID`, naming the first hook that cannot work and why */
export function refuseUnfit(hooks: readonly HookInit[]): void {
  const seen = new Set<string>()
  for (const hook of hooks) {
    const problem = seen.has(hook.name) ? TWICE : problemOf(hook)
    if (problem !== undefined) throw unfit(hook.name, problem)
    seen.add(hook.name)
  }
}

const TWICE = 'Another one has the same name, under which the progress of a hook is kept. Give each a name of its own.'

function problemOf({ target }: HookInit): string | undefined {
  return target.kind === 'command' ? problemOfCommand(target.path) : problemOfUrl(target.url)
}

function problemOfCommand(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile() ? undefined : `${path} is not a file.`
  } catch (error) {
    return `${path} cannot be run: ${faultOf(error as NodeJS.ErrnoException)}` // As: the file system's.
  }
}

function faultOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file.'
  if (code === 'EACCES') return 'it is not executable for this user; try chmod +x.'
  return message
}

/** A URL may hold a secret, and is not repeated. */
function problemOfUrl(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'Its URL must begin with http:// or https://.'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isMetadataAddress(host) ? 'Its URL leads to an address of cloud metadata, where no webhook may go.' : undefined
}

function unfit(hook: string, problem: string): HookError {
  return new HookError('HOOK_INVALID', `The hook "${hook}" cannot work. ${problem}`, { hook, problem })
}
