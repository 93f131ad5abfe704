// Where a running node says how to reach it: <data-dir>/runtime.json. Verbs read it; the database they never touch.

import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { pathsOf } from '../config/index.ts'
import { writeWhole } from '../util/index.ts'

const runtimeSchema = z.object({
  pid: z.number().int(),
  version: z.string(),
  startedAt: z.string(),
  /** Who runs here: after a crash the file stays, and another node may have taken the port. */
  identity: z.string(),
  /** Absent when the node runs without API. */
  api: z.url().optional(),
  gossipPort: z.number().int().optional(),
})

/** What a running node says of itself. */
export type Runtime = z.output<typeof runtimeSchema>

export function writeRuntime(dataDirectory: string, runtime: Runtime): void {
  writeWhole(pathsOf(dataDirectory).runtime, `${JSON.stringify(runtime, undefined, 2)}\n`, 0o600)
}

/** Undefined when no node has been started there, or it stopped in order. */
export function readRuntime(dataDirectory: string): Runtime | undefined {
  try {
    return runtimeSchema.parse(JSON.parse(readFileSync(pathsOf(dataDirectory).runtime, 'utf8')))
  } catch {
    return undefined
  }
}

export function removeRuntime(dataDirectory: string): void {
  rmSync(pathsOf(dataDirectory).runtime, { force: true })
}
