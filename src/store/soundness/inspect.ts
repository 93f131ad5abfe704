// Looks into databases from outside, while a node uses them or not, and for as long as whoever asks has time.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { workerModule } from '../worker-module.ts'
import type { LogInspection, ProjectionsInspection } from './inspection.ts'

const run = promisify(execFile)

/**
 * @param signal - ends it at once, whatever it is doing
 * @throws AbortError, or Error with the last words of the process that looked
 */
export function inspectLogFile(path: string, signal: AbortSignal): Promise<LogInspection> {
  return inspect<LogInspection>([path], signal)
}

/** As {@link inspectLogFile}. */
export function inspectProjectionsFile(
  paths: { database: string; projections: string },
  signal: AbortSignal,
): Promise<ProjectionsInspection> {
  return inspect<ProjectionsInspection>([paths.database, paths.projections], signal)
}

async function inspect<Found>(args: readonly string[], signal: AbortSignal): Promise<Found> {
  const module = fileURLToPath(workerModule('soundness/inspecting-process'))
  try {
    const { stdout } = await run(process.execPath, [module, ...args], { signal, killSignal: 'SIGKILL' })
    return JSON.parse(stdout) as Found // As: our own process wrote it.
  } catch (error) {
    if (signal.aborted) throw error
    throw new Error(lastWordsOf(error as { stderr?: string }), { cause: error }) // As: what execFile throws has them.
  }
}

/** `SqliteError: file is not a database`, out of a trace. */
function lastWordsOf({ stderr = '' }: { stderr?: string }): string {
  return /^(?:\w*Error)(?: \[\w+\])?: (.*)$/m.exec(stderr)?.[1] ?? 'It ended without a word.'
}
