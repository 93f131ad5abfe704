// egregore message questions and thread: what was asked, and what was said to it.

import { authorCell } from '../authors.ts'
import { titleOf } from '../message.ts'
import { messageUnder } from '../message-under.ts'
import { nodeOf } from '../node-options.ts'
import { age, print, printJson, printTable } from '../output.ts'
import { printMessage } from './inbox.ts'
import type { MessageData } from '../../api/index.ts'
import type { NodeClient } from '../client.ts'
import type { NodeOptions } from '../node-options.ts'

export interface QuestionsOptions extends NodeOptions {
  state?: 'open' | 'answered' | 'expired'
  limit: number
}

export async function listQuestions({ state, limit, ...options }: QuestionsOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/queries', { query: { state, limit } })
  if (options.json) return printJson(data)
  if (data.length === 0) return print(state === undefined ? 'Nobody has asked anything.' : `No ${state} questions.`)
  const now = Date.now()
  const rows = data.map((asked) => [
    asked.hash.slice(0, 8),
    age(asked.timestamp, now),
    authorCell(asked.author, asked.local.author_name),
    asked.local.query.state,
    String(asked.local.query.answers),
    titleOf(asked),
  ])
  printTable(['HASH', 'AGE', 'AUTHOR', 'STATE', 'ANSWERS', 'QUESTION'], rows)
}

/** A message with what answers it; of a question, the best answer first. Marks nothing. */
export async function showThread(hash: string, options: NodeOptions): Promise<void> {
  const node = await nodeOf(options)
  const message = await messageUnder(hash.toLowerCase(), node)
  const answers = isQuery(message) ? await responsesTo(message, node) : await repliesTo(message, node)
  if (options.json) return printJson({ message, answers })
  printMessage(message)
  if (answers.length === 0) return print('Nobody has answered.')
  for (const answer of answers) printMessage(answer)
}

function isQuery({ content }: MessageData): boolean {
  return (content as { type?: unknown } | null)?.type === 'query'
}

async function responsesTo({ hash }: MessageData, node: NodeClient): Promise<MessageData[]> {
  return (await node.get('/v1/queries/{hash}', { params: { hash } })).data.responses
}

/** The oldest first, as they were said. */
async function repliesTo({ hash }: MessageData, node: NodeClient): Promise<MessageData[]> {
  return (await node.get('/v1/messages', { query: { thread: hash, limit: REPLIES_SHOWN } })).data.toReversed()
}

/** The newest of them, which is as many as the node gives at once. */
const REPLIES_SHOWN = 200
