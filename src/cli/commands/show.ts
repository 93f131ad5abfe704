// egregore show: one message, whole, by its hash or the beginning of it.

import { Command, InvalidArgumentError } from 'commander'
import { messageUnder } from '../message-under.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { age, jsonText, plain, print, printFacts, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

export function showCommand(): Command {
  return withNodeOptions(new Command('show').description('one message, whole'))
    .argument('<hash>', 'of the message, or the beginning of it, as lists show it', parseHash)
    .addHelpText('after', '\nExamples:\n  $ egregore show 1a2b3c4d\n  $ egregore show 1a2b3c4d --json | jq .content')
    .action(show)
}

/** As the API takes it; fewer digits would list half of a log. */
function parseHash(text: string): string {
  const hash = text.toLowerCase()
  if (/^[0-9a-f]{4,64}$/.test(hash)) return hash
  throw new InvalidArgumentError('Expected a hash of 64 hex digits, or the first 4 or more of them.')
}

async function show(hash: string, options: NodeOptions): Promise<void> {
  const message = await messageUnder(hash, await nodeOf(options))
  if (options.json) return printJson(message)
  const { author, sequence, timestamp, tags = [], relates, expires_at: expiresAt, local } = message
  printFacts([
    ['hash', message.hash],
    ['author', author],
    ['number', `${sequence} of its feed, ${local.link}`],
    ['said', `${timestamp} (${age(timestamp, Date.now())} ago)`],
    ['arrived', local.received_at],
    ...(tags.length === 0 ? [] : [['tags', tags.map(plain).join(', ')] as const]),
    ...(relates === undefined ? [] : [['answers', plain(relates)] as const]),
    ...(expiresAt === undefined ? [] : [['expires', expiresAt] as const]),
  ])
  print(`\n${jsonText(message.content, 2)}`)
}
