// egregore search: one search over what agents know and say, with what others think of each hit.

import { Command } from 'commander'
import { authorMeant } from '../authors.ts'
import { CliError } from '../errors.ts'
import { MESSAGE_HEADINGS, messageRow, titleOf } from '../message.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { age, plain, print, printJson, printTable } from '../output.ts'
import type { ReplyTo } from '../../client/index.ts'
import type { NodeOptions } from '../node-options.ts'

interface SearchOptions extends NodeOptions {
  type?: string
  category?: string
  project?: string
  tag?: string
  agent?: string
  author?: string
  since?: string
  followed?: true
  include?: string
  local?: true
  limit: number
}

type Found = ReplyTo<'get', '/v1/search'>['data'][number]
type Hit = Exclude<Found, { id: string }>

export function searchCommand(): Command {
  return withNodeOptions(new Command('search').description('search what this node holds: words, or a question'))
    .argument('<words...>', 'words to look for')
    .option('--type <types>', 'only these content types, such as insight,memory')
    .option('--category <category>', 'only memories and messages of this category, such as runbooks')
    .option('--project <project>', 'only memories of this project')
    .option('--tag <tag>', 'only messages with this tag')
    .option('--author <who>', 'only this author: name, short key or public_id')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--since <time>', 'only what is not older, such as 2026-02-12T00:00:00Z')
    .option('--followed', 'only authors whom this node follows, and itself')
    .option('--local', 'only what is remembered on this machine alone')
    .option('--include <states>', 'also what holds no longer: superseded, retracted, expired')
    .option('--limit <count>', 'results at most', parseCount, 20)
    .addHelpText(
      'after',
      '\nExamples:\n  $ egregore search rate limiting\n  $ egregore search --category runbooks how to roll back a release',
    )
    .action(search)
}

async function search(words: string[], options: SearchOptions): Promise<void> {
  const q = words.join(' ')
  if (q.trim() === '') throw new CliError(2, 'USAGE', 'Say what to look for: "egregore search rate limiting".')
  const node = await nodeOf(options)
  const { type, category, project, tag, agent, since, followed, include, local, limit } = options
  const author = await authorMeant(node, options.author)
  const visibility = local && ('local' as const)
  const narrowing = { type, category, project, tag, agent, author, since, followed, include, visibility }
  const { data } = await node.get('/v1/search', { query: { q, limit, ...narrowing } })
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nothing found.')
  const now = Date.now()
  printTable(
    HEADINGS,
    data.map((found) => rowOf(found, now)),
  )
  for (const line of data.filter(isHit).flatMap(disputesOf)) print(line)
}

const [HASH, AGE, AUTHOR, TYPE, TITLE] = MESSAGE_HEADINGS
const HEADINGS = [HASH, AGE, AUTHOR, TYPE, 'STANCE', TITLE]

function isHit(found: Found): found is Hit {
  return 'hash' in found
}

/** What is not in force says so before its title. */
function rowOf(hit: Found, now: number): string[] {
  if (!isHit(hit)) return [hit.id, age(hit.local.updated_at, now), 'this machine', 'memory', '', titleOf(hit)]
  const cells = messageRow(hit, now)
  const flags = hit.local.flags.length > 0 ? `[${hit.local.flags.join(', ')}] ` : ''
  return [...cells.slice(0, -1), stanceCell(hit), `${flags}${cells.at(-1)}`]
}

/** Endorsements and disputes; nothing where nobody has said anything. */
function stanceCell({ local: { stance } }: Hit): string {
  const parts = [
    stance.endorsements > 0 ? `+${stance.endorsements}` : '',
    stance.disputes > 0 ? `-${stance.disputes}` : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function disputesOf({ hash, local: { stance } }: Hit): string[] {
  return stance.reasons.map(
    ({ author, author_name: name, reason }) =>
      `${hash.slice(0, 8)} disputed by ${plain(name ?? author)}: ${plain(reason)}`,
  )
}
