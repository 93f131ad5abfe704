// egregore block and unblock: of whom this node takes, shows and passes on nothing.

import { Command } from 'commander'
import { authorLine, authorOnList } from '../authors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import type { NodeOptions } from '../node-options.ts'

export function blockCommand(): Command {
  return withNodeOptions(new Command('block').description('block an author, or list whom this node blocks'))
    .argument('[author]', 'public_id, name or short key')
    .addHelpText(
      'after',
      '\nExamples:\n  $ egregore block\n  $ egregore block @khmbKNJrIhnqt/JNBsdlmRVX+5gUExYgM0rmPAEi2jE=.ed25519',
    )
    .action(block)
}

export function unblockCommand(): Command {
  return withNodeOptions(new Command('unblock').description('end a block; what is held is shown again'))
    .argument('<author>', 'as "egregore block" lists it')
    .addHelpText('after', '\nExample:\n  $ egregore unblock @khmbKNJrIhnqt/JNBsdlmRVX+5gUExYgM0rmPAEi2jE=.ed25519')
    .action(unblock)
}

async function block(meant: string | undefined, options: NodeOptions): Promise<void> {
  if (meant === undefined) return listBlocks(options)
  const node = await nodeOf(options)
  const { data } = await node.post('/v1/blocks/{author}', { params: { author: meant } })
  if (options.json) return printJson(data)
  print(`blocked ${authorLine(data)}`)
}

async function listBlocks(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/blocks')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nobody.')
  for (const row of data) print(authorLine(row))
}

async function unblock(meant: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data: listed } = await node.get('/v1/blocks')
  const author = await authorOnList(node, listed, meant)
  await node.delete('/v1/blocks/{author}', { params: { author } })
  if (options.json) return printJson({ unblocked: author })
  print(`not blocking ${author}`)
}
