// Looking for the node of a data directory, until it answers or patience ends.

import { setTimeout } from 'node:timers/promises'
import { connectToNode } from '../client.ts'
import { CliError } from '../errors.ts'
import type { NodeClient } from '../client.ts'

const LOOK_AGAIN_MS = 100

/**
 * Undefined when none has answered before the signal.
 *
 * @throws CliError for any other reason than that none runs
 */
export async function nodeBefore(patience: AbortSignal, dataDir: string): Promise<NodeClient | undefined> {
  for (;;) {
    const node = await runningNode(dataDir)
    if (node !== undefined || patience.aborted) return node
    await setTimeout(LOOK_AGAIN_MS)
  }
}

/** Whether an error says that no node took the call, because none was there. */
export function isAway(error: unknown): boolean {
  return error instanceof CliError && error.code === 'NOT_RUNNING'
}

async function runningNode(dataDir: string): Promise<NodeClient | undefined> {
  try {
    return await connectToNode(dataDir)
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}
