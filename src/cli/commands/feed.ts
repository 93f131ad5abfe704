// egregore feed: the latest messages, of others, of everybody, or of one author.

import { Command } from 'commander'
import { authorMeant } from '../authors.ts'
import { eventLine, Following } from '../following.ts'
import { MESSAGE_HEADINGS, messageRow } from '../message.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { jsonText, print, printJson, printTable } from '../output.ts'
import type { MessageData } from '../../api/index.ts'
import type { NodeClient } from '../client.ts'
import type { NodeOptions } from '../node-options.ts'

interface FeedOptions extends NodeOptions {
  all?: true
  type?: string
  tag?: string
  agent?: string
  limit: number
  follow?: true
}

export function feedCommand(): Command {
  return withNodeOptions(new Command('feed').description('the latest messages, newest first'))
    .argument('[author]', 'only this author: name, short key or public_id')
    .option('--all', 'include our own messages')
    .option('--type <type>', 'only this content type, such as insight')
    .option('--tag <tag>', 'only messages with this tag')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--limit <count>', 'messages at most', parseCount, 20)
    .option('-f, --follow', 'then go on with what comes, the newest last')
    .addHelpText('after', '\nExample:\n  $ egregore feed --all --type insight')
    .action(showFeed)
}

async function showFeed(meant: string | undefined, options: FeedOptions): Promise<void> {
  const node = await nodeOf(options)
  const author = await authorMeant(node, meant)
  return options.follow ? followFeed(node, author, options) : listFeed(node, author, options)
}

async function listFeed(node: NodeClient, author: string | undefined, options: FeedOptions): Promise<void> {
  const messages = await latest(node, author, options)
  if (options.json) return printJson(messages)
  if (messages.length === 0) return print('No messages yet.')
  printMessages(messages)
}

/** The stream is opened before the list is asked for: what comes between the two stands in both, and is printed once. */
async function followFeed(node: NodeClient, author: string | undefined, options: FeedOptions): Promise<void> {
  const { all, type, tag, agent, json } = options
  const includeSelf = author !== undefined || all === true
  const events = node.events({ content_type: type, tag, agent, author, include_self: includeSelf })
  const following = new Following(events, json ? ({ data }) => jsonText(data) : eventLine)
  await following.opened()
  const messages = (await latest(node, author, options)).toReversed()
  for (const message of messages) following.print(message)
  await following.end()
}

async function latest(node: NodeClient, author: string | undefined, options: FeedOptions): Promise<MessageData[]> {
  const { all, type, tag, agent, limit } = options
  const query = { include_self: all, content_type: type, tag, agent, limit }
  if (author === undefined) return (await node.get('/v1/feed', { query })).data
  return (await node.get('/v1/feed/{author}', { params: { author }, query })).data
}

function printMessages(messages: readonly MessageData[]): void {
  const now = Date.now()
  printTable(
    MESSAGE_HEADINGS,
    messages.map((message) => messageRow(message, now)),
  )
}
