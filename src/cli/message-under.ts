// Hashes on the command line: people type the beginning that lists show.

import { CliError } from './errors.ts'
import { titleOf } from './message.ts'
import { plain } from './output.ts'
import type { MessageData } from '../api/index.ts'
import type { NodeClient } from './client.ts'

const HASH_LENGTH = 64

/** What can begin one, as far as the node looks for it. */
const BEGINNING = /^[0-9a-f]{4,64}$/

/**
 * The message whose hash this is, or begins.
 *
 * @throws CliError `USAGE`, `NOT_FOUND`, `HASH_AMBIGUOUS`
 */
export async function messageUnder(hash: string, node: NodeClient): Promise<MessageData> {
  if (!BEGINNING.test(hash)) {
    throw new CliError(
      2,
      'USAGE',
      `"${plain(hash)}" is none: expected a hash of 64 hex digits, or the first 4 or more of them.`,
    )
  }
  if (hash.length === HASH_LENGTH) return (await node.get('/v1/message/{hash}', { params: { hash } })).data
  const { data } = await node.get('/v1/hashes/{prefix}', { params: { prefix: hash } })
  const [message, ...others] = data
  if (message === undefined)
    throw new CliError(4, 'NOT_FOUND', `No message whose hash begins with ${hash} is held here.`)
  if (others.length === 0) return message
  const meant = data.map((one) => `\n  ${one.hash}  ${titleOf(one)}`).join('')
  throw new CliError(1, 'HASH_AMBIGUOUS', `${data.length} messages begin with ${hash}; give more of the hash:${meant}`)
}
