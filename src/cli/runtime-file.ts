// Where a running node says how to reach it: <data-dir>/runtime.json. Verbs read it; the database they never touch.

import { readFileSync, rmSync } from 'node:fs'
import { pathsOf } from '../data-directory.ts'
import { writeWhole } from '../util/index.ts'

/** What a running node says of itself. */
export interface Runtime {
  pid: number
  version: string
  startedAt: string
  /** Who runs here: after a crash the file stays, and another node may have taken the port. */
  identity: string
  /** Absent when the node runs without API. */
  api?: string
  gossipPort?: number
}

export function writeRuntime(dataDirectory: string, runtime: Runtime): void {
  writeWhole(pathsOf(dataDirectory).runtime, `${JSON.stringify(runtime, undefined, 2)}\n`, 0o600)
}

/** Undefined when no node has been started there, or it stopped in order. */
export function readRuntime(dataDirectory: string): Runtime | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(pathsOf(dataDirectory).runtime, 'utf8'))
    return isRuntime(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function removeRuntime(dataDirectory: string): void {
  rmSync(pathsOf(dataDirectory).runtime, { force: true })
}

/** By hand: zod takes longer to load than the node to answer. */
function isRuntime(value: unknown): value is Runtime {
  if (typeof value !== 'object' || value === null) return false
  const { pid, version, startedAt, identity, api, gossipPort } = value as Record<keyof Runtime, unknown>
  const areTexts = [version, startedAt, identity].every((text) => typeof text === 'string')
  const isApi = api === undefined || (typeof api === 'string' && URL.canParse(api))
  return areTexts && isApi && Number.isInteger(pid) && (gossipPort === undefined || Number.isInteger(gossipPort))
}
