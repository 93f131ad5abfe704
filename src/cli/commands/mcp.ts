// egregore mcp: for clients that start a program and speak MCP with it over standard input and output.

import { Command } from 'commander'
import { dataDirFor } from '../loading.ts'
import { bridge, NodeLink } from '../mcp/index.ts'
import { withNodePlace } from '../node-options.ts'
import type { NodePlace } from '../loading.ts'

interface McpOptions extends NodePlace {
  start?: true
}

const EXAMPLE = `
Example:
  $ claude mcp add egregore -- egregore mcp --data-dir ~/egregore --start`

export function mcpCommand(): Command {
  return withNodePlace(new Command('mcp').description('serve MCP on standard input and output, by the running node'))
    .option('--start', 'start a node when none runs; it runs on in the background')
    .addHelpText('after', EXAMPLE)
    .action(serve)
}

/** Standard output belongs to the protocol: everything else is said on standard error. */
async function serve(options: McpOptions): Promise<void> {
  const dataDir = await dataDirFor(options)
  const report = (sentence: string) => void process.stderr.write(`egregore mcp: ${sentence}\n`)
  const link = new NodeLink({ dataDir, config: options.config, start: options.start === true, report })
  await link.open()
  await bridge({
    input: process.stdin,
    output: process.stdout,
    post: (body, headers, signal) => link.post(body, headers, signal),
    report,
  })
}
