// egregore connect: makes a client of MCP know this node. Works also when the node is not running.

import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig, pathsOf } from '../../config/index.ts'
import { CLIENTS, ClientFile, ConnectionRecord, connect, disconnect, printedEntry } from '../connect/index.ts'
import { CliError } from '../errors.ts'
import { orUsage, sourcesFor } from '../loading.ts'
import { withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import { readRuntime } from '../runtime-file.ts'
import type { Config } from '../../config/index.ts'
import type { ClientName, Place, Reach, Scope } from '../connect/index.ts'
import type { NodeOptions } from '../node-options.ts'

interface ConnectOptions extends NodeOptions {
  scope: Scope
  name: string
  http?: true
  start?: true
  print?: true
  undo?: true
}

/** The variable that the client reads the token from, with --http. */
const TOKEN_VARIABLE = 'EGREGORE_API_TOKEN'

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url))

const EXAMPLES = `
Examples:
  $ egregore connect claude
  $ egregore connect codex --print
  $ egregore connect vscode --scope project
  $ egregore connect cursor --undo`

/** The verb that writes into files of others. */
export function connectCommand(): Command {
  return withNodeOptions(new Command('connect').description('make an agent’s client know this node, by MCP'))
    .addArgument(new Argument('<client>', 'which one').choices(Object.keys(CLIENTS)))
    .addOption(
      new Option('--scope <scope>', 'for all your projects, or for the one here')
        .choices(['user', 'project'])
        .default('user'),
    )
    .option('--name <name>', 'of the server, in the client', parseName, 'egregore')
    .option('--http', 'let the client call the node itself, at the port it has now')
    .option('--start', 'let the client start the node when none runs')
    .option('--print', 'only print what would be written, and where')
    .option('--undo', 'take back what was written, and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(connectClient)
}

/** A name that JSON, TOML and the tools of clients write without quotes. */
function parseName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('Expected letters, digits, "_" and "-".')
}

async function connectClient(name: ClientName, options: ConnectOptions): Promise<void> {
  const { config } = await orUsage(() => loadConfig(sourcesFor(options)))
  const place = placeOf(name, config, options)
  if (options.undo) return undo(place, options)
  const reach = reachOf(config, options)
  if (options.print) return show(place, reach, options)
  const outcome = connect(place, place.client.entry(reach))
  if (options.json) return printJson({ outcome, path: place.file.path, name: place.name })
  const { title, section, next } = place.client
  const where = `${section}.${place.name} in ${place.file.path}`
  print(
    outcome === 'unchanged' ? `${title} knows this node already: ${where}.` : `${title} knows this node now: ${where}.`,
  )
  print(next)
  for (const line of tokenHint(reach, config)) print(line)
}

function placeOf(client: ClientName, { dataDir }: Config, { scope, name }: ConnectOptions): Place {
  const places = { home: homedir(), project: process.cwd(), environment: process.env, platform: process.platform }
  const file = new ClientFile(resolve(CLIENTS[client].path(scope, places)))
  return { client: CLIENTS[client], file, record: new ConnectionRecord(pathsOf(dataDir).connections), name }
}

/** By default through `egregore mcp`: it finds the node after a restart and at another port, and the token stays in its own file. */
function reachOf(config: Config, options: ConnectOptions): Reach {
  const { api, mcp } = config
  if (!api.enabled || !mcp.enabled)
    throw new CliError(5, 'MCP_OFF', 'This node serves no MCP: api.enabled or mcp.enabled is false.')
  if (options.http)
    return { kind: 'http', url: urlOf(config), ...(api.auth !== 'off' && { tokenVariable: TOKEN_VARIABLE }) }
  const place =
    options.config === undefined ? ['--data-dir', pathsOf(config.dataDir).data] : ['--config', resolve(options.config)]
  // Absolute, because clients with windows have not the PATH of a shell.
  return {
    kind: 'stdio',
    command: process.execPath,
    args: [BIN, 'mcp', ...place, ...(options.start ? ['--start'] : [])],
  }
}

function urlOf({ dataDir, port }: Config): string {
  const running = readRuntime(dataDir)?.api
  if (running !== undefined) return `${running}/mcp`
  if (port !== 0) return `http://127.0.0.1:${port}/mcp`
  throw new CliError(
    3,
    'NOT_RUNNING',
    'The port is chosen at each start, and no node is running. Leave out --http, or set a port.',
  )
}

function show({ client, file, name }: Place, reach: Reach, { json }: ConnectOptions): void {
  const entry = client.entry(reach)
  if (json) {
    printJson({ path: file.path, section: client.section, name, entry })
    return
  }
  print(`In ${file.path}:`)
  print()
  print(printedEntry(client, name, entry).trimEnd())
}

function undo(place: Place, { json }: ConnectOptions): void {
  const outcome = disconnect(place)
  const { client, file, name } = place
  const sentence = `${client.title} no longer knows this node: ${name} ${outcome === 'gone' ? 'was taken out already of' : 'is taken out of'} ${file.path}.`
  if (json) printJson({ outcome, path: file.path, name })
  else print(sentence)
}

function tokenHint(reach: Reach, { dataDir }: Config): string[] {
  if (reach.kind !== 'http' || reach.tokenVariable === undefined) return []
  return [`It needs the token in its environment: export ${reach.tokenVariable}="$(cat ${pathsOf(dataDir).token})"`]
}
