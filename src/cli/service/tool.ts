// Calls the program of a service manager, without a shell.

import { execFile } from 'node:child_process'
import { CliError } from '../errors.ts'
import type { Manager, ToolCall, ToolOutcome } from './service.ts'

/** A manager that stops a node waits for it, some seconds at most. */
const TIMEOUT_MS = 90_000

/**
 * Runs a tool to its end, whatever that is.
 *
 * @throws CliError 1 `NO_SERVICE_MANAGER` when there is no such program, 6 `TIMED_OUT`
 */
export function runTool([program, ...args]: ToolCall): Promise<ToolOutcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: TIMEOUT_MS, windowsHide: true }, (error, stdout, stderr) => {
      if (error?.killed) reject(new CliError(6, 'TIMED_OUT', `${program} has not ended in ${TIMEOUT_MS / 1000} s.`))
      else if (typeof error?.code === 'string') reject(missing(program, error))
      else resolve({ exitCode: child.exitCode ?? 1, stdout, stderr })
    })
  })
}

/**
 * Runs a tool that has to succeed.
 *
 * @throws CliError 1 `SERVICE_MANAGER_FAILED` with its own words
 */
export async function mustRun(call: ToolCall): Promise<void> {
  const { exitCode, stdout, stderr } = await runTool(call)
  if (exitCode === 0) return
  const words = (stderr.trim() || stdout.trim() || 'it says nothing').slice(0, 1_000)
  throw new CliError(1, 'SERVICE_MANAGER_FAILED', `"${call.join(' ')}" ended with ${exitCode}: ${words}`)
}

/**
 * Looks whether the manager runs here, before anything is changed.
 *
 * @throws CliError 1 `NO_SERVICE_MANAGER`
 */
export async function mustBeThere({ title, scope, probe }: Manager): Promise<void> {
  const { exitCode, stderr } = await runTool(probe)
  if (exitCode === 0) return
  const words = stderr.trim().split('\n')[0] || `"${probe.join(' ')}" ended with ${exitCode}`
  throw new CliError(1, 'NO_SERVICE_MANAGER', `${title} (${scope}) does not answer here: ${words}. ${ADVICE}`)
}

const ADVICE =
  'Nothing was changed. "egregore service install --print" shows the description for a machine that has it; docs/operating.md has other ways.'

function missing(program: string, cause: Error): CliError {
  const message = `There is no ${program} here, so no manager of services: ${cause.message}. ${ADVICE}`
  return new CliError(1, 'NO_SERVICE_MANAGER', message, { cause })
}
