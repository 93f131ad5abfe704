// egregore message mute and unmute: whom the inbox does not show.

import { authorLine, authorOnList } from '../authors.ts'
import { nodeOf } from '../node-options.ts'
import { print, printJson } from '../output.ts'
import type { NodeClient } from '../client.ts'
import type { NodeOptions } from '../node-options.ts'

export async function mute(meant: string | undefined, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  if (meant === undefined) return listMutes(node, options)
  const { data } = await node.post('/v1/mutes/{author}', { params: { author: meant } })
  if (options.json) return printJson(data)
  print(`muted ${authorLine(data)}`)
}

async function listMutes(node: NodeClient, { json }: NodeOptions): Promise<void> {
  const { data } = await node.get('/v1/mutes')
  if (json) return printJson(data)
  if (data.length === 0) return print('Nobody.')
  for (const row of data) print(authorLine(row))
}

export async function unmute(meant: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data: listed } = await node.get('/v1/mutes')
  const author = await authorOnList(node, listed, meant)
  await node.delete('/v1/mutes/{author}', { params: { author } })
  if (options.json) return printJson({ unmuted: author })
  print(`not muted ${author}`)
}
