// egregore show: one message, whole, by its hash or the beginning of it.

import { Command } from 'commander'
import { CliError } from '../errors.ts'
import { titleOf } from '../message.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { age, jsonText, plain, print, printFacts, printJson } from '../output.ts'
import type { MessageData } from '../../api/index.ts'
import type { NodeClient } from '../client.ts'
import type { NodeOptions } from '../node-options.ts'

const HASH_LENGTH = 64

export function showCommand(): Command {
  return withNodeOptions(new Command('show').description('one message, whole'))
    .argument('<hash>', 'of the message, or the beginning of it, as lists show it')
    .addHelpText('after', '\nExamples:\n  $ egregore show 1a2b3c4d\n  $ egregore show 1a2b3c4d --json | jq .content')
    .action(show)
}

async function show(hash: string, options: NodeOptions): Promise<void> {
  const message = await messageUnder(hash.toLowerCase(), await nodeOf(options))
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

async function messageUnder(hash: string, node: NodeClient): Promise<MessageData> {
  if (hash.length === HASH_LENGTH) return (await node.get('/v1/message/{hash}', { params: { hash } })).data
  const { data } = await node.get('/v1/hashes/{prefix}', { params: { prefix: hash } })
  const [message, ...others] = data
  if (message === undefined)
    throw new CliError(4, 'NOT_FOUND', `No message whose hash begins with ${hash} is held here.`)
  if (others.length === 0) return message
  const meant = data.map((one) => `\n  ${one.hash}  ${titleOf(one)}`).join('')
  throw new CliError(1, 'HASH_AMBIGUOUS', `${data.length} messages begin with ${hash}; give more of the hash:${meant}`)
}
