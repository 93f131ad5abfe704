// egregore mcp: for clients that start a program and speak MCP with it over standard input and output.

import { Command, Option } from 'commander'
import { environmentName, SETTINGS } from '../../config/index.ts'
import { bridge, NodeLink } from '../mcp/index.ts'

interface McpOptions {
  dataDir: string
  start?: true
}

const EXAMPLE = `
Example:
  $ claude mcp add egregore -- egregore mcp --data-dir ~/egregore --start`

export function mcpCommand(): Command {
  const { flag, value } = SETTINGS.dataDir
  return new Command('mcp')
    .description('serve MCP on standard input and output, by the running node')
    .addOption(
      new Option(`--${flag} <${value}>`, 'data directory of the node')
        .default('./data')
        .env(environmentName('data-dir')),
    )
    .option('--start', 'start a node when none runs; it runs on in the background')
    .addHelpText('after', EXAMPLE)
    .action(serve)
}

/** Standard output belongs to the protocol: everything else is said on standard error. */
async function serve({ dataDir, start }: McpOptions): Promise<void> {
  const report = (sentence: string) => void process.stderr.write(`egregore mcp: ${sentence}\n`)
  const link = new NodeLink({ dataDir, start: start === true, report })
  await link.open()
  await bridge({
    input: process.stdin,
    output: process.stdout,
    post: (body, headers, signal) => link.post(body, headers, signal),
    report,
  })
}
