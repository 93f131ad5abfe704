// Loads what a node of the command line would have, with a config.yaml in its data directory.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { LoadedConfig } from '../../src/config/index.ts'

interface Given {
  flags?: Record<string, unknown>
  environment?: Record<string, string>
}

/** Loads with a file of this content. */
export function load(
  content: string | Uint8Array,
  { flags = {}, environment = {} }: Given = {},
): Promise<LoadedConfig> {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'config.yaml'), content)
  return loadConfig({ flags: new Map(Object.entries({ data_dir: directory, ...flags })), environment })
}

/** What is wrong, a line for each problem, without the directory; nothing when all is well. */
export async function problemsOf(content: string | Uint8Array, given?: Given): Promise<string[]> {
  const outcome = await load(content, given).catch((error: Error) => error)
  if (!(outcome instanceof Error)) return []
  return outcome.message.split('\n').map((line) => line.replace(/^.*(config\.yaml)/, '$1'))
}
