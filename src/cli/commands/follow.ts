// egregore follow and unfollow: whose feeds this node replicates.

import { Command } from 'commander'
import { authorLine, authorOnList } from '../authors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

export function followCommand(): Command {
  return withNodeOptions(new Command('follow').description('follow an author, or list whom this node follows'))
    .argument('[author]', 'public_id, name or short key')
    .addHelpText(
      'after',
      '\nExamples:\n  $ egregore follow\n  $ egregore follow @khmbKNJrIhnqt/JNBsdlmRVX+5gUExYgM0rmPAEi2jE=.ed25519',
    )
    .addHelpText('after', '\nA node that follows nobody and keeps no topics replicates everybody.')
    .action(follow)
}

export function unfollowCommand(): Command {
  return withNodeOptions(new Command('unfollow').description('stop asking for an author; what is held stays'))
    .argument('<author>', 'as "egregore follow" lists it')
    .addHelpText('after', '\nExample:\n  $ egregore unfollow @khmbKNJrIhnqt/JNBsdlmRVX+5gUExYgM0rmPAEi2jE=.ed25519')
    .action(unfollow)
}

async function follow(meant: string | undefined, options: NodeOptions): Promise<void> {
  if (meant === undefined) return listFollows(options)
  const node = await nodeOf(options)
  const { data } = await node.post('/v1/follows/{author}', { params: { author: meant } })
  if (options.json) return printJson(data)
  print(`following ${authorLine(data)}`)
}

async function listFollows(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/follows')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nobody. Follow somebody with "egregore follow @….ed25519".')
  for (const row of data) print(authorLine(row))
}

async function unfollow(meant: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data: listed } = await node.get('/v1/follows')
  const author = await authorOnList(node, listed, meant)
  await node.delete('/v1/follows/{author}', { params: { author } })
  if (options.json) return printJson({ unfollowed: author })
  print(`not following ${author}`)
}
