// One command from its start to its end: the message on its standard input, and everything that it starts ended with it. Runs in the
// process of launching.ts.

import { spawn } from 'node:child_process'
import { finished } from 'node:stream/promises'
import { LAST_WORDS_MS } from './constants.ts'
import { tailOf } from './output-tail.ts'
import { endGroup, groupEnd } from './process-group.ts'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Failure, Outcome } from './attempt.ts'

/** What is to be started. */
export interface Command {
  /** Absolute. */
  path: string
  /** Added to the environment of this process; null takes one away. */
  variables: Readonly<Record<string, string | null>>
  input: string
  timeoutMs: number
}

/** How the process that we started ended. */
type Ending = { code: number | null; signal: NodeJS.Signals | null } | { error: NodeJS.ErrnoException }

/**
 * Exit code 0 means that the message was taken. Never throws; ends soon after the signal aborts.
 *
 * @param began - told the process group of the command
 */
export async function runCommand(
  { path, variables, input, timeoutMs }: Command,
  stop: AbortSignal,
  began: (group: number) => void,
): Promise<Outcome> {
  let child: ChildProcessWithoutNullStreams
  try {
    const given = Object.entries({ ...process.env, ...variables }).filter(([, value]) => value !== null)
    // A group of its own, so that everything that it starts can be ended with it.
    child = spawn(path, { detached: true, windowsHide: true, env: Object.fromEntries(given) as NodeJS.ProcessEnv }) // As: filtered.
  } catch (error) {
    return notStarted(error as NodeJS.ErrnoException) // As: spawn throws errors of the system alone.
  }
  if (child.pid !== undefined) began(child.pid)
  return attend(child, input, AbortSignal.timeout(timeoutMs), stop)
}

/** A hook is finished when every process of its group is; what is left at the time-out, or when the node stops, is ended. */
async function attend(
  child: ChildProcessWithoutNullStreams,
  input: string,
  timeout: AbortSignal,
  stop: AbortSignal,
): Promise<Outcome> {
  const ended = endingOf(child)
  // Then it may have no pipes either.
  if (child.pid === undefined) return outcomeOf(await ended, '')
  const outputs = [tailOf(child.stderr), tailOf(child.stdout)]
  // A command that does not read its input closes it: that is its business.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ending = await endedInTime(child.pid, ended, AbortSignal.any([timeout, stop]))
  if (!isSuccess(ending)) await outputRead(child)
  child.stdout.destroy()
  child.stderr.destroy()
  if (ending === undefined && stop.aborted) return { kind: 'interrupted' }
  const output = outputs.map((tail) => tail()).find((tail) => tail !== '') ?? ''
  return outcomeOf(ending, output)
}

/** Its last words may still be in the pipe; a process that left the group may hold that open for ever. */
async function outputRead({ stdout, stderr }: ChildProcessWithoutNullStreams): Promise<void> {
  const signal = AbortSignal.timeout(LAST_WORDS_MS)
  await Promise.allSettled([finished(stdout, { signal }), finished(stderr, { signal })])
}

/** How the command ended; undefined when it had to be ended. */
async function endedInTime(pid: number, ended: Promise<Ending>, limit: AbortSignal): Promise<Ending | undefined> {
  const ending = await Promise.race([ended, aborted(limit)])
  if (ending !== undefined) await groupEnd(pid, limit)
  if (limit.aborted) await endGroup(pid)
  return ending
}

function endingOf(child: ChildProcessWithoutNullStreams): Promise<Ending> {
  return new Promise((done) => {
    child.once('error', (error) => done({ error }))
    // Not `close`: a process that it left behind may hold its output open.
    child.once('exit', (code, signal) => done({ code, signal }))
  })
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) done(undefined)
    else signal.addEventListener('abort', () => done(undefined), { once: true })
  })
}

function outcomeOf(ending: Ending | undefined, output: string): Outcome {
  if (ending === undefined) return failed('It did not end in time and was ended with all that it had started.', output)
  if ('error' in ending) return notStarted(ending.error)
  if (isSuccess(ending)) return { kind: 'delivered' }
  const { code, signal } = ending
  return failed(code === null ? `It was ended by ${signal}.` : `It ended with exit code ${code}.`, output)
}

function isSuccess(ending: Ending | undefined): boolean {
  return ending !== undefined && 'code' in ending && ending.code === 0
}

function notStarted(error: NodeJS.ErrnoException): Failure {
  return failed(`It could not be started (${error.code ?? error.message}).`, '')
}

function failed(reason: string, output: string): Failure {
  return { kind: 'failed', reason, output }
}
