// egregore feed: the latest messages, of others, of everybody, or of one author.

import { Command } from 'commander'
import { MESSAGE_HEADINGS, messageRow } from '../message.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { print, printJson, printTable } from '../output.ts'
import type { MessageData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

interface FeedOptions extends NodeOptions {
  all?: true
  type?: string
  tag?: string
  agent?: string
  limit: number
}

export function feedCommand(): Command {
  return withNodeOptions(new Command('feed').description('the latest messages, newest first'))
    .argument('[author]', 'only this author')
    .option('--all', 'include our own messages')
    .option('--type <type>', 'only this content type, such as insight')
    .option('--tag <tag>', 'only messages with this tag')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--limit <count>', 'messages at most', parseCount, 20)
    .addHelpText('after', '\nExample:\n  $ egregore feed --all --type insight')
    .action(showFeed)
}

async function showFeed(author: string | undefined, options: FeedOptions): Promise<void> {
  const { all, type, tag, agent, limit } = options
  const path = author === undefined ? '/v1/feed' : `/v1/feed/${encodeURIComponent(author)}`
  const query = { include_self: all && 'true', content_type: type, tag, agent, limit }
  const { data } = await (await nodeOf(options)).get<MessageData[]>(path, query)
  if (options.json) return printJson(data)
  if (data.length === 0) return print('No messages yet.')
  const now = Date.now()
  printTable(
    MESSAGE_HEADINGS,
    data.map((message) => messageRow(message, now)),
  )
}
