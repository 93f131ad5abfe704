// egregore message inbox, read and ack: what others said to this node, and what was done about it.

import { authorCell, authorLine, authorMeant } from '../authors.ts'
import { titleOf } from '../message.ts'
import { messageUnder } from '../message-under.ts'
import { nodeOf } from '../node-options.ts'
import { age, plainLines, print, printFacts, printJson, printTable } from '../output.ts'
import { addresseesIn } from './sending.ts'
import { severityWord } from './severity.ts'
import type { MessageData } from '../../api/index.ts'
import type { ReplyTo } from '../../client/index.ts'
import type { NodeOptions } from '../node-options.ts'

export interface InboxOptions extends NodeOptions {
  all?: true
  kind?: 'message' | 'query' | 'response'
  reach?: 'direct' | 'role' | 'reply' | 'everybody'
  severity?: 'info' | 'warning' | 'critical'
  category?: string
  from?: string
  since?: string
  muted?: true
  limit: number
}

type Received = ReplyTo<'get', '/v1/inbox'>['data'][number]

export async function listInbox(options: InboxOptions): Promise<void> {
  const { all = false, kind, reach, severity, category, since, muted, limit } = options
  const node = await nodeOf(options)
  const from = await authorMeant(node, options.from)
  const query = { unread: !all, kind, reach, severity, category, from, since, muted, limit }
  const { data, metadata } = await node.get('/v1/inbox', { query })
  if (options.json) return printJson(data)
  if (data.length === 0) return print(all ? 'Nobody has said anything to this node.' : 'Nothing new.')
  const now = Date.now()
  printTable(
    ['HASH', 'AGE', 'AUTHOR', 'TO', 'KIND', 'SEVERITY', ...(all ? ['STATE'] : []), 'TEXT'],
    data.map((received) => rowOf(received, now, all)),
  )
  const { total } = metadata
  if (total === undefined || total > data.length) print(`${data.length} of ${total ?? 'more than a thousand'}`)
}

const TO = { direct: 'you', role: 'role', reply: 'you', everybody: 'all' }

function rowOf(received: Received, now: number, all: boolean): string[] {
  const { hash, timestamp, author, content, local } = received
  const { reach, severity, read_at: readAt, acknowledged_at: acknowledgedAt } = local.inbox
  const state = acknowledgedAt !== undefined ? 'done' : readAt !== undefined ? 'read' : 'new'
  return [
    hash.slice(0, 8),
    age(timestamp, now),
    authorCell(author, local.author_name),
    TO[reach],
    (content as { type: string }).type, // As: what reaches the inbox has one of three.
    severityWord(severity),
    ...(all ? [state] : []),
    titleOf(received),
  ]
}

/** Shows them whole, and notes that they are read. */
export async function read(hashes: string[], options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const messages = await Promise.all(hashes.map((hash) => messageUnder(hash.toLowerCase(), node)))
  if (options.json) printJson(messages)
  else for (const message of messages) printMessage(message)
  await node.post('/v1/inbox/read', { body: { hashes: messages.map(({ hash }) => hash) } })
}

export async function acknowledge(hashes: string[], options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const messages = await Promise.all(hashes.map((hash) => messageUnder(hash.toLowerCase(), node)))
  const { data } = await node.post('/v1/inbox/acknowledge', { body: { hashes: messages.map(({ hash }) => hash) } })
  if (options.json) return printJson(data)
  for (const hash of data.hashes) print(`acknowledged ${hash}`)
}

/** A message as people read it. Lines stay lines. */
export function printMessage(message: MessageData): void {
  const { hash, author, timestamp, relates, content, local } = message
  const { severity, title } = (content ?? {}) as Readonly<Record<string, unknown>> // As: any value but undefined and null has members.
  printFacts([
    ['hash', hash],
    ['from', authorLine({ author, author_name: local.author_name })],
    ['to', addresseesIn(message) ?? 'everybody'],
    ['said', `${timestamp} (${age(timestamp, Date.now())} ago)`],
    ...(severity === 'warning' || severity === 'critical' ? [['severity', severityWord(severity)] as const] : []),
    ...(relates === undefined ? [] : [['answers', relates] as const]),
    ...(typeof title === 'string' ? [['title', plainLines(title).join(' ')] as const] : []),
  ])
  print()
  for (const line of plainLines(wordsOf(content))) print(line)
  print()
}

function wordsOf(content: unknown): string {
  const fields = (content ?? {}) as Readonly<Record<string, unknown>> // As: the same.
  const words = [fields.text, fields.question, fields.answer, fields.body].find((text) => typeof text === 'string')
  return typeof words === 'string' ? words : JSON.stringify(content, undefined, 2)
}
