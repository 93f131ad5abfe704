// egregore paths: where a node keeps what. Works also when it is not running.

import { resolve } from 'node:path'
import { Command } from 'commander'
import { pathsOf } from '../../egregore.ts'
import { withNodeOptions } from '../node-options.ts'
import { printFacts, printJson } from '../output.ts'
import { runtimePath } from '../runtime-file.ts'
import type { NodeOptions } from '../node-options.ts'

export function pathsCommand(): Command {
  return withNodeOptions(new Command('paths').description('where this node keeps what')).action(showPaths)
}

function showPaths({ dataDir, json }: NodeOptions): void {
  const directory = resolve(dataDir)
  const paths = { data: directory, ...pathsOf(directory), runtime: runtimePath(directory) }
  if (json) printJson(paths)
  else printFacts(Object.entries(paths))
}
