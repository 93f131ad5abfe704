// egregore events: messages as they come, for as long as somebody looks.

import { Command } from 'commander'
import { authorMeant } from '../authors.ts'
import { eventLine, Following } from '../following.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { jsonText } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

interface EventsOptions extends NodeOptions {
  type?: string
  tag?: string
  author?: string
  agent?: string
  own: boolean
  inbox?: true
  after?: string
}

const HELP = `
Each line of --json is { id, type, data }: type is message, gap (messages that were forgotten) or reset (--after names no place in this log).
A line that breaks, also by a restart of the node, is taken up again without gap or repeat.

Examples:
  $ egregore events --type query
  $ egregore events --inbox
  $ egregore events --json --after "$(cat last-id)" | while read -r event; do echo "$event" | jq -r .id > last-id; done`

export function eventsCommand(): Command {
  return withNodeOptions(new Command('events').description('messages as they come, until interrupted'))
    .option('--type <type>', 'only this content type, such as insight')
    .option('--tag <tag>', 'only messages with this tag')
    .option('--author <who>', 'only this author: name, short key or public_id')
    .option('--agent <name>', 'only this one of several agents of a node')
    .option('--no-own', 'leave our own messages out')
    .option('--inbox', 'only what is meant for us, as in "egregore message inbox"')
    .option('--after <id>', 'begin behind the event of this id')
    .addHelpText('after', HELP)
    .action(showEvents)
}

async function showEvents(options: EventsOptions): Promise<void> {
  const { type, tag, agent, own, inbox, after: lastEventId, json } = options
  const node = await nodeOf(options)
  const author = await authorMeant(node, options.author)
  const events = node.events({ content_type: type, tag, author, agent, include_self: own, inbox, lastEventId })
  await new Following(events, json ? (event) => jsonText(event) : eventLine).end()
}
