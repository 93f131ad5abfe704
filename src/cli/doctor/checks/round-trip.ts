// What this software can do on this machine: a whole node without network in a temporary directory, in which a message is published and found.
// The real log is not touched.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EgregoreClient } from '../../../client/index.ts'
import { readConfig } from '../../../config/index.ts'
import { LONG_MS, ok } from '../check.ts'
import type { EgregoreComponents } from '../../../egregore.ts'
import type { Logger } from '../../../logger.ts'
import type { Check, Finding } from '../check.ts'

const LOOK_AGAIN_MS = 100

export const roundTrip: Check = {
  name: 'round-trip',
  title: 'round trip',
  timeoutMs: LONG_MS,
  run: async ({ version }, signal) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'egregore-doctor-'))
    const remove = () => rmSync(dataDir, { recursive: true, force: true })
    // Also when time is up and the process ends before the node has.
    signal.addEventListener('abort', remove)
    const said: string[] = []
    try {
      return await inNode(dataDir, { logger: loggerInto(said), version }, (url) =>
        publishAndFind(new EgregoreClient({ url }), signal),
      )
    } catch (error) {
      throw new Error([(error as Error).message, ...said.slice(-1)].join(' '), { cause: error })
    } finally {
      remove()
    }
  },
}

async function inNode<Outcome>(
  dataDir: string,
  components: EgregoreComponents,
  work: (url: string) => Promise<Outcome>,
): Promise<Outcome> {
  const { createEgregore } = await import('../../../egregore.ts')
  const node = await createEgregore(readConfig({ dataDir, port: 0, offline: true }), components)
  try {
    return await work(node.apiUrl ?? '')
  } finally {
    await node.stop()
  }
}

/** Keeps what is wrong, and nothing else. */
function loggerInto(said: string[]): Logger {
  const nothing = () => {}
  const error: Logger['error'] = (facts, message) => {
    const cause = 'err' in facts && facts.err instanceof Error ? facts.err.message : ''
    said.push(`${message}: ${cause}`)
  }
  return { debug: nothing, info: nothing, warn: nothing, error }
}

async function publishAndFind(client: EgregoreClient, signal: AbortSignal): Promise<Finding> {
  const began = performance.now()
  const content = { type: 'insight', title: 'A check of egregore doctor', observation: 'What is published is found.' }
  const { data: message } = await client.post('/v1/publish', { body: { content }, signal })
  // A machine that is very busy folds a moment later; the check's time is its patience.
  while (!(await isFound(client, message.hash, signal))) await pause(LOOK_AGAIN_MS, undefined, { signal })
  return ok(`published and found in a temporary node, in ${Math.round(performance.now() - began)} ms`)
}

async function isFound(client: EgregoreClient, wanted: string, signal: AbortSignal): Promise<boolean> {
  const { data } = await client.get('/v1/insights/search', { query: { q: 'doctor' }, signal })
  return data.some(({ hash }) => hash === wanted)
}
