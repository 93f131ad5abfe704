// The verbs of egregore memory that only look: what fits some words, the newest, one whole.

import { authorMeant } from '../authors.ts'
import { nodeOf } from '../node-options.ts'
import { plain, plainLines, print, printJson, printTable } from '../output.ts'
import { fieldsIn, idMeant, MEMORY_HEADINGS, memoryRow, standingOf } from './shown.ts'
import type { NodeOptions } from '../node-options.ts'

interface ListOptions extends NodeOptions {
  category?: string
  project?: string
  tag?: string
  author?: string
  agent?: string
  local?: true
  all?: true
  limit: number
}

export async function recall(words: string[], options: ListOptions): Promise<void> {
  await list({ q: words.join(' ') }, options)
}

export async function recent(options: ListOptions): Promise<void> {
  await list({}, options)
}

export async function get(id: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const { data } = await node.get('/v1/memories/{id}', { params: { id: await idMeant(id, node) } })
  if (options.json) return printJson(data)
  const { content, title } = fieldsIn(data)
  const standing = standingOf(data)
  // Beside the text, so that a script still reads that alone.
  if (standing !== undefined) process.stderr.write(`${standing}\n`)
  if (title !== undefined) print(`${plain(title)}\n`)
  for (const line of plainLines(content)) print(line)
}

async function list(words: { q?: string }, options: ListOptions): Promise<void> {
  const node = await nodeOf(options)
  const { category, project, tag, agent, limit } = options
  const query = {
    ...words,
    category,
    project,
    tag,
    agent,
    limit,
    author: await authorMeant(node, options.author),
    visibility: options.local ? ('local' as const) : undefined,
    include: options.all ? 'superseded,retracted' : undefined,
  }
  const { data } = await node.get('/v1/memories', { query })
  if (options.json) return printJson(data)
  if (data.length === 0) return print('Nothing is remembered about that.')
  const now = Date.now()
  printTable(
    MEMORY_HEADINGS,
    data.map((memory) => memoryRow(memory, now)),
  )
}
