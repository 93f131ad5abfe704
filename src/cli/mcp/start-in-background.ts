// A node that outlives whoever started it: it runs on when the agent has gone, and serves the next one.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pathsOf } from '../../data-directory.ts'
import { CliError } from '../errors.ts'
import { nodeBefore } from './finding.ts'
import type { ChildProcess } from 'node:child_process'
import type { NodeClient } from '../client.ts'

/** Which node to start. */
export interface StartInit {
  dataDir: string
  /** Absent for the one in the data directory. */
  config: string | undefined
  /** Takes a sentence for whoever waits. */
  report: (sentence: string) => void
}

/** Until it answers: a large database takes seconds to be opened. */
const START_MS_MAX = 60_000

/** When ours has ended, because another bridge started one at the same time, theirs answers within this. */
const OTHER_START_MS_MAX = 5_000

/**
 * Starts a node with what its configuration and the environment say, and waits until it answers. What it prints goes
 * to a file there.
 *
 * @throws CliError 1 when it ends instead, 6 when it does not answer
 */
export async function startInBackground({ dataDir, config, report }: StartInit): Promise<NodeClient> {
  const { data, output } = pathsOf(dataDir)
  report(`No node runs on ${data}: one is started, and runs on. What it prints is in ${output}.`)
  const child = spawnNode(data, config, output)
  const ended = new AbortController()
  void once(child, 'exit').then(() => ended.abort())
  const patience = AbortSignal.any([AbortSignal.timeout(START_MS_MAX), ended.signal])
  const node = await nodeBefore(patience, dataDir)
  if (node !== undefined) return node
  if (!ended.signal.aborted) throw silent(data, output)
  const other = await nodeBefore(AbortSignal.timeout(OTHER_START_MS_MAX), dataDir)
  if (other === undefined) throw failed(data, output)
  return other
}

function spawnNode(data: string, config: string | undefined, output: string): ChildProcess {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const file = openSync(output, 'a', 0o600)
  try {
    const bin = fileURLToPath(new URL('../bin.js', import.meta.url))
    const args = [
      ...process.execArgv,
      bin,
      'start',
      '--quiet',
      '--data-dir',
      data,
      ...(config === undefined ? [] : ['--config', config]),
    ]
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', file, file] })
    child.unref()
    return child
  } finally {
    closeSync(file)
  }
}

function failed(data: string, output: string): CliError {
  return new CliError(1, 'START_FAILED', `The node on ${data} ended as soon as it was started; ${output} says why.`)
}

function silent(data: string, output: string): CliError {
  return new CliError(6, 'TIMED_OUT', `The node on ${data} did not answer in ${START_MS_MAX / 1000} s; see ${output}.`)
}
