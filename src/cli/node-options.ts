// What every verb that speaks to a node has in common.

import { InvalidArgumentError, Option } from 'commander'
import { environmentName, SETTINGS } from '../config/index.ts'
import { connectToNode } from './client.ts'
import type { Command } from 'commander'
import type { NodeClient } from './client.ts'

/** The options of every verb. */
export interface NodeOptions {
  dataDir: string
  json?: true
}

/** Adds `--data-dir` and `--json`. */
export function withNodeOptions(command: Command): Command {
  const { flag, value } = SETTINGS.dataDir
  return command
    .addOption(
      new Option(`--${flag} <${value}>`, 'data directory of the node')
        .default('./data')
        .env(environmentName('data-dir')),
    )
    .option('--json', 'print JSON, for scripts')
}

/** The running node that a verb was called for. */
export function nodeOf({ dataDir }: NodeOptions): Promise<NodeClient> {
  return connectToNode(dataDir)
}

/** Parses an option that is a count. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Expected a whole number from 1.')
  return count
}

/** Collects an option that may stand several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value]
}
