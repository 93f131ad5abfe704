// The node behind a service: whether one may be installed for it, and whether it came to answer.

import { pathsOf } from '../../config/index.ts'
import { connectToNode } from '../client.ts'
import { CliError } from '../errors.ts'
import { nodeBefore } from '../mcp/index.ts'
import { readRuntime } from '../runtime-file.ts'
import { stateOf } from './installation.ts'
import type { Manager, Service } from './service.ts'

/** A large database takes seconds to be opened. */
const START_MS_MAX = 60_000

/** Between questions to the manager whether the node still runs. */
const LOOK_AGAIN_MS = 1_000

/**
 * Before anything is changed: what would make a service that cannot run.
 *
 * @throws CliError 2 `PASSPHRASE_FILE_NEEDED`, 5 `NODE_RUNNING`
 */
export async function refuseUnready(manager: Manager, service: Service): Promise<void> {
  const { dataDir, passphraseFile } = service
  const { hasSealedKey } = await import('../../store/index.ts')
  if (passphraseFile === undefined && hasSealedKey(pathsOf(dataDir).identity)) {
    const message = `The private key in ${dataDir} is under a passphrase, and nobody answers for a service. Name a file that holds it: EGREGORE_PASSPHRASE_FILE=/path.`
    throw new CliError(2, 'PASSPHRASE_FILE_NEEDED', message)
  }
  const pid = await pidOnDirectory(dataDir)
  if (pid === undefined) return
  const state = await stateOf(manager, service.name)
  if (state.isRunning && (state.pid ?? pid) === pid) return
  throw new CliError(
    5,
    'NODE_RUNNING',
    `A node runs on ${dataDir} already, as process ${pid}. Stop it, then install the service.`,
  )
}

/** Of the node that answers there; a runtime file alone may be left by a crash. */
async function pidOnDirectory(dataDir: string): Promise<number | undefined> {
  const pid = readRuntime(dataDir)?.pid
  const isThere = await connectToNode(dataDir).then(
    () => true,
    (error: CliError) => error.code !== 'NOT_RUNNING', // connectToNode throws nothing else.
  )
  return isThere ? pid : undefined
}

/**
 * Waits until the node answers: a manager calls a process started that ends a moment later.
 *
 * @throws CliError 1 `SERVICE_ENDED`, 6 `TIMED_OUT`
 */
export async function waitForNode(manager: Manager, name: string, dataDir: string): Promise<void> {
  const patience = AbortSignal.timeout(START_MS_MAX)
  while (!patience.aborted) {
    if (await answersBefore(AbortSignal.timeout(LOOK_AGAIN_MS), dataDir)) return
    const { isRunning, words } = await stateOf(manager, name)
    if (isRunning) continue
    const message = `The service ${name} was started, but its node ended: ${words}. Its log says why; "egregore service restart" tries again.`
    throw new CliError(1, 'SERVICE_ENDED', message)
  }
  const message = `The service ${name} was started, but its node has not answered in ${START_MS_MAX / 1000} s. "egregore service status" and its log say more.`
  throw new CliError(6, 'TIMED_OUT', message)
}

async function answersBefore(patience: AbortSignal, dataDir: string): Promise<boolean> {
  try {
    return (await nodeBefore(patience, dataDir)) !== undefined
  } catch (error) {
    // It runs, and has no API to say so.
    if (error instanceof CliError && error.code === 'API_OFF') return true
    throw error
  }
}
