// egregore follow and unfollow: whose feeds this node replicates.

import { Command } from 'commander'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

export function followCommand(): Command {
  return withNodeOptions(new Command('follow').description('follow an author, or list whom this node follows'))
    .argument('[author]', '@….ed25519')
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
    .action(unfollow)
}

async function follow(author: string | undefined, options: NodeOptions): Promise<void> {
  if (author === undefined) return listFollows(options)
  const { data } = await (await nodeOf(options)).post('/v1/follows/{author}', { params: { author } })
  if (options.json) return printJson(data)
  print(`following ${data.author}`)
}

async function listFollows(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/follows')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nobody. Follow somebody with "egregore follow @….ed25519".')
  for (const { author } of data) print(author)
}

async function unfollow(author: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete('/v1/follows/{author}', { params: { author } })
  if (options.json) return printJson({ unfollowed: author })
  print(`not following ${author}`)
}
