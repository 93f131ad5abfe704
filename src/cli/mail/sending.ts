// egregore message send, ask and answer: words for somebody, or for everybody.

import { text as readAll } from 'node:stream/consumers'
import { messageUnder } from '../message-under.ts'
import { nodeOf } from '../node-options.ts'
import { plain, print, printJson, shortAuthor } from '../output.ts'
import type { MessageData, Metadata } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

/** What whoever says something may give beside the words. */
export interface SayOptions extends NodeOptions {
  to?: string[]
  tag?: string[]
  agent?: string
  expiresAt?: string
}

export interface SendOptions extends SayOptions {
  title?: string
  severity?: 'info' | 'warning' | 'critical'
  category?: string
  replyTo?: string
  markdown?: true
}

export async function send(words: string[], options: SendOptions): Promise<void> {
  const { title, severity, category, replyTo, markdown } = options
  const node = await nodeOf(options)
  const body = {
    ...sayingOf(options),
    text: await textOf(words),
    title,
    severity,
    category,
    reply_to: replyTo === undefined ? undefined : (await messageUnder(replyTo.toLowerCase(), node)).hash,
    format: markdown ? ('markdown' as const) : undefined,
  }
  tell('sent', await node.post('/v1/messages', { body }), options)
}

export async function ask(words: string[], options: SayOptions): Promise<void> {
  const body = { ...sayingOf(options), question: await textOf(words) }
  tell('asked', await (await nodeOf(options)).post('/v1/queries', { body }), options)
}

export async function answer(
  hash: string,
  words: string[],
  options: SayOptions & { confidence?: number },
): Promise<void> {
  const node = await nodeOf(options)
  const asked = await messageUnder(hash.toLowerCase(), node)
  const body = { ...sayingOf(options), answer: await textOf(words), confidence: options.confidence }
  tell('answered', await node.post('/v1/queries/{hash}/responses', { params: { hash: asked.hash }, body }), options)
}

function sayingOf({ to, tag, agent, expiresAt }: SayOptions) {
  return { to, tags: tag, agent, expires_at: expiresAt }
}

/** A lone - reads standard input. */
async function textOf(words: readonly string[]): Promise<string> {
  return words.length === 1 && words[0] === '-' ? readAll(process.stdin) : words.join(' ')
}

function tell(
  done: string,
  { data, metadata }: { data: MessageData; metadata: Metadata },
  { json }: NodeOptions,
): void {
  // Beside the answer, so that a script still reads that alone.
  for (const { message } of metadata.warnings ?? []) process.stderr.write(`warning: ${plain(message)}\n`)
  if (json) printJson(data)
  else print(`${done} ${data.hash} to ${addresseesIn(data) ?? 'everybody'}`)
}

/** Authors as people compare them, and roles; undefined when a message names nobody. */
export function addresseesIn({ content }: MessageData): string | undefined {
  const { to } = (content ?? {}) as { to?: unknown } // As: any value but undefined and null has members.
  if (!Array.isArray(to)) return undefined
  return to
    .map((one) => (String(one).startsWith('@') ? plain(shortAuthor(String(one))) : plain(String(one))))
    .join(', ')
}
