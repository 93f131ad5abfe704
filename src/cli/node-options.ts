// What every verb that speaks to a node has in common.

import { InvalidArgumentError } from 'commander'
import { connectToNode } from './client.ts'
import { dataDirFor } from './loading.ts'
import type { Command } from 'commander'
import type { NodeClient } from './client.ts'
import type { NodePlace } from './loading.ts'

/** The options of every verb. */
export interface NodeOptions extends NodePlace {
  json?: true
}

/** Adds `--data-dir`, `--config` and `--json`. */
export function withNodeOptions(command: Command): Command {
  return withNodePlace(command).option('--json', 'print JSON, for scripts')
}

/** Adds `--data-dir` and `--config`, for a verb that prints something else than answers. */
export function withNodePlace(command: Command): Command {
  return command
    .option('--data-dir <path>', 'data directory of the node (env: EGREGORE_DATA_DIR; default: ./data)')
    .option('--config <path>', 'its configuration file, which may name that directory (env: EGREGORE_CONFIG)')
}

/** The running node that a verb was called for. */
export async function nodeOf(options: NodeOptions): Promise<NodeClient> {
  return connectToNode(await dataDirFor(options))
}

/** Parses an option that is a count. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Expected a whole number from 1.')
  return count
}

/** Parses an option that may be none. */
export function parseCountOrNone(text: string): number {
  return text === '0' ? 0 : parseCount(text)
}

/** Parses an option from 0 to 1. */
export function parseShare(text: string): number {
  const share = text.trim() === '' ? Number.NaN : Number(text)
  if (!(share >= 0 && share <= 1)) throw new InvalidArgumentError('Expected a number from 0 to 1.')
  return share
}

/** Collects an option that may stand several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value]
}
