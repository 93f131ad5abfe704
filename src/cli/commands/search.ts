// egregore search: full-text search over everything this node holds.

import { Command } from 'commander'
import { authorMeant } from '../authors.ts'
import { MESSAGE_HEADINGS, messageRow } from '../message.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { print, printJson, printTable } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

interface SearchOptions extends NodeOptions {
  type?: string
  tag?: string
  agent?: string
  author?: string
  limit: number
}

export function searchCommand(): Command {
  return withNodeOptions(new Command('search').description('search what this node holds'))
    .argument('<words...>', 'words to look for')
    .option('--type <type>', 'only this content type, such as insight')
    .option('--tag <tag>', 'only messages with this tag')
    .option('--author <who>', 'only this author: name, short key or public_id')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--limit <count>', 'results at most', parseCount, 20)
    .addHelpText('after', '\nExample:\n  $ egregore search rate limiting')
    .action(search)
}

async function search(words: string[], options: SearchOptions): Promise<void> {
  const node = await nodeOf(options)
  const { type, tag, agent, limit } = options
  const author = await authorMeant(node, options.author)
  const query = { q: words.join(' '), content_type: type, tag, author, agent, limit }
  const { data } = await node.get('/v1/insights/search', { query })
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nothing found.')
  const now = Date.now()
  printTable(
    MESSAGE_HEADINGS,
    data.map((message) => messageRow(message, now)),
  )
}
