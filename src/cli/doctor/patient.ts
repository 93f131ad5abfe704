// Looks around once, before the checks: what the settings are, who holds the data directory, and which node answers.

import { loadConfig } from '../../config/index.ts'
import { pathsOf } from '../../data-directory.ts'
import { holderOfLock } from '../../store/index.ts'
import { connectToNode } from '../client.ts'
import { CliError } from '../errors.ts'
import { checkPeers, dataDirFor, sourcesFor } from '../loading.ts'
import { readRuntime } from '../runtime-file.ts'
import type { NodePlace } from '../loading.ts'
import type { Patient } from './check.ts'

/** A node that is well answers in a hundredth of it. On a machine that has far too much to do it takes seconds, and is no worse for it. */
const ANSWER_MS = 20_000

/** @throws CliError 2 when it cannot be told which data directory is meant */
export async function lookAt(place: NodePlace, version: string): Promise<Patient> {
  const paths = pathsOf(await dataDirFor(place))
  const [settings, asked] = await Promise.all([settingsOf(place), ask(paths.data)])
  return {
    paths,
    version,
    settings,
    runtime: readRuntime(paths.data),
    holder: holderOfLock(paths.data),
    ...asked,
  }
}

async function settingsOf(place: NodePlace): Promise<Patient['settings']> {
  try {
    const loaded = await loadConfig(sourcesFor(place))
    await checkPeers(loaded)
    return loaded
  } catch (error) {
    return error as Error // As: nothing else is thrown here.
  }
}

async function ask(dataDir: string): Promise<Pick<Patient, 'node' | 'whyNoNode'>> {
  try {
    const client = await connectToNode(dataDir, ANSWER_MS)
    const { data: status } = await client.get('/v1/status')
    return { node: { client, status }, whyNoNode: undefined }
  } catch (error) {
    const why = error instanceof CliError ? error : new CliError(1, 'FAILED', (error as Error).message)
    return { node: undefined, whyNoNode: why }
  }
}
