// The verbs of egregore memory that change something: remembered, corrected, hidden, shown again and forgotten.

import { text as readAll } from 'node:stream/consumers'
import { nodeOf } from '../node-options.ts'
import { plain, print, printJson } from '../output.ts'
import { idMeant, idOf } from './shown.ts'
import type { Metadata } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

interface WriteOptions extends NodeOptions {
  title?: string
  category?: string
  project?: string
  context?: string
  tag?: string[]
  agent?: string
  expiresAt?: string
  local?: true
}

export async function remember(words: string[], options: WriteOptions): Promise<void> {
  const body = {
    ...(await fieldsOf(words, options)),
    visibility: options.local ? ('local' as const) : ('mesh' as const),
  }
  const { status, data, metadata } = await (await nodeOf(options)).post('/v1/memories', { body })
  tell(metadata)
  if (options.json) return printJson(data)
  const where = 'id' in data ? 'on this machine' : 'in the mesh'
  print(`${status === 200 ? 'already known as' : 'remembered'} ${idOf(data)} ${where}`)
}

export async function supersede(id: string, words: string[], options: WriteOptions): Promise<void> {
  const node = await nodeOf(options)
  const [meant, body] = [await idMeant(id, node), await fieldsOf(words, options)]
  const { data, metadata } = await node.post('/v1/memories/{id}/supersede', { params: { id: meant }, body })
  tell(metadata)
  if (options.json) return printJson(data)
  print(`${meant} now says what ${idOf(data)} says`)
}

export async function forget(id: string, options: NodeOptions & { reason?: string }): Promise<void> {
  const node = await nodeOf(options)
  const { reason } = options
  const forgotten = await node.delete('/v1/memories/{id}', {
    params: { id: await idMeant(id, node) },
    query: { reason },
  })
  if (options.json) return printJson(forgotten)
  const peers =
    forgotten.peers === 'asked' ? 'gone here; peers are asked to forget it too' : 'it never left this machine'
  print(`forgotten ${forgotten.forgotten}: ${peers}`)
}

export async function retract(id: string, options: NodeOptions & { reason?: string }): Promise<void> {
  const node = await nodeOf(options)
  const input = { params: { id: await idMeant(id, node) }, query: { reason: options.reason } }
  const { data } = await node.post('/v1/memories/{id}/retract', input)
  if (options.json) return printJson(data)
  print(`hidden by ${data.hash}; "egregore memory restore" undoes it`)
}

export async function restore(id: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data } = await node.post('/v1/memories/{id}/restore', { params: { id: await idMeant(id, node) } })
  if (options.json) return printJson(data)
  print(`shown again: ${idOf(data)}`)
}

async function fieldsOf(words: readonly string[], options: WriteOptions) {
  const { title, category, project, context, tag, agent, expiresAt } = options
  const content = words.length === 1 && words[0] === '-' ? await readAll(process.stdin) : words.join(' ')
  return { content, title, category, project, context, tags: tag, agent, expires_at: expiresAt }
}

/** Beside the answer, so that a script still reads that alone. */
function tell({ warnings = [], similar = [] }: Metadata): void {
  for (const { message } of warnings) process.stderr.write(`warning: ${plain(message)}\n`)
  for (const { id, title = '' } of similar) process.stderr.write(`similar: ${id} ${plain(title)}\n`)
}
