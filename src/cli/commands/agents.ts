// egregore agents: who is who, what they can do, and who is there now.

import { Command } from 'commander'
import { authorLine } from '../authors.ts'
import { nodeOf, parseCount, parseCountOrNone, parseShare, withNodeOptions } from '../node-options.ts'
import { cut, plain, print, printJson, printTable } from '../output.ts'
import type { AgentData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

interface ListOptions extends NodeOptions {
  capability?: string
  role?: string
  online?: true
  limit: number
  offset: number
}

interface SayOptions extends NodeOptions {
  text?: string
  load?: number
  for: number
  agent?: string
}

interface AnnounceOptions extends NodeOptions {
  name: string
  capability?: string[]
  role?: string
  description?: string
  host?: string
  agent?: string
}

const EXAMPLES = `
Examples:
  $ egregore agents list --online --capability sqlite
  $ egregore agents announce --name Ada --capability sqlite --capability rust --role reviewer
  $ egregore agents say working --text "on the index" --load 0.5 --for 3600`

export function agentsCommand(): Command {
  const agents = new Command('agents').description('who is who, what they can do, and who is there now')
  agents.addCommand(
    withNodeOptions(new Command('list').description('cards of agents, those who are there first'))
      .option('--capability <slug>', 'only those who name it')
      .option('--role <role>', 'only those with this role')
      .option('--online', 'only those who are there now')
      .option('--limit <count>', 'agents at most', parseCount, 50)
      .option('--offset <count>', 'agents to skip, for what a long list left out', parseCountOrNone, 0)
      .action(listAgents),
    { isDefault: true },
  )
  agents.addCommand(
    withNodeOptions(
      new Command('announce').description('publish what this node, or an agent on it, is called and can do'),
    )
      .requiredOption('--name <name>', 'what it is called')
      .option('--capability <slug...>', 'what it can do; may stand several times')
      .option('--role <role>', 'what it is there for')
      .option('--description <text>', 'what it is')
      .option('--host <name>', 'where it runs')
      .option('--agent <name>', 'the card of this one of several agents of the node')
      .action(announce),
  )
  agents.addCommand(
    withNodeOptions(new Command('say').description('say how this node, or an agent on it, is; stored nowhere'))
      .argument('<status>', 'one word, such as working, idle or away')
      .option('--text <text>', 'on what, in at most 140 characters')
      .option('--load <share>', 'how busy, from 0 to 1', parseShare)
      .option('--for <seconds>', 'how long it holds unless it is said again; 0 takes it back', parseCountOrNone, 900)
      .option('--agent <name>', 'this one of several agents of the node')
      .action(say),
  )
  return agents.addHelpText('after', EXAMPLES)
}

async function listAgents({ capability, role, online, limit, offset, ...options }: ListOptions): Promise<void> {
  const query = { capability, role, online, limit, offset }
  const { data, metadata } = await (await nodeOf(options)).get('/v1/agents', { query })
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nobody. "egregore agents announce --name …" says who you are.')
  printTable(['NAME', 'AGENT', 'ONLINE', 'STATUS', 'LOAD', 'ROLE', 'CAPABILITIES'], data.map(rowOf))
  const { total = 0 } = metadata
  const end = offset + data.length
  if (end < total) print(`\n${end} of ${total}; go on with --offset ${end}`)
}

const NAME_WIDTH = 32
const WORD_WIDTH = 16

function rowOf({ name, agent = '', online, status = '', load, role = '', capabilities, self }: AgentData): string[] {
  return [
    cut(plain(name), NAME_WIDTH),
    cut(plain(agent), WORD_WIDTH),
    `${online ? 'yes' : 'no'}${self ? ', here' : ''}`,
    status,
    load === undefined ? '' : `${Math.round(load * 100)} %`,
    cut(plain(role), WORD_WIDTH),
    capabilities.join(' '),
  ]
}

async function announce({
  name,
  capability,
  role,
  description,
  host,
  agent,
  ...options
}: AnnounceOptions): Promise<void> {
  const body = { name, capabilities: capability, role, description, host, agent }
  const { data } = await (await nodeOf(options)).post('/v1/agents/me', { body })
  if (options.json) return printJson(data)
  print(`${plain(name)} is announced by ${data.hash}`)
  print(authorLine({ author: data.author }))
}

async function say(status: string, { text, load, for: secs, agent, ...options }: SayOptions): Promise<void> {
  const body = { status, text, load, ttl_secs: secs, agent }
  const { data } = await (await nodeOf(options)).post('/v1/agents/presence', { body })
  if (options.json) return printJson(data)
  const who = agent === undefined ? 'this node' : plain(agent)
  if (data.ttl_secs === 0) print(`${who} says nothing of itself any more`)
  else
    print(
      `${who} is ${data.status} for ${data.ttl_secs} s, unless it is said again; others see it in "egregore agents"`,
    )
}
