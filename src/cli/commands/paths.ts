// egregore paths: where a node keeps what. Works also when it is not running.

import { Command } from 'commander'
import { pathsOf } from '../../data-directory.ts'
import { dataDirFor } from '../loading.ts'
import { withNodeOptions } from '../node-options.ts'
import { printFacts, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

/** The verb that needs no node. */
export function pathsCommand(): Command {
  return withNodeOptions(new Command('paths').description('where this node keeps what'))
    .addHelpText('after', '\nExample:\n  $ egregore paths --json')
    .action(showPaths)
}

async function showPaths({ json, ...place }: NodeOptions): Promise<void> {
  const paths = pathsOf(await dataDirFor(place))
  if (json) printJson(paths)
  else printFacts(Object.entries(paths))
}
