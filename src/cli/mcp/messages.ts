// The JSON-RPC messages on both sides of the bridge, read only as far as carrying them needs.

import { EventSourceParserStream } from 'eventsource-parser/stream'
import { z } from 'zod'

const MessageShape = z.looseObject({
  /** Absent in a notification. */
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.unknown().optional(),
})

/** What the bridge reads of a message. */
export type Message = z.infer<typeof MessageShape>

/** One answer, or one message of a stream: as text for the client, and as far as it is read here. */
export interface Answer {
  text: string
  message: Message
}

/** Undefined for what is no JSON. What is JSON and no message is carried as it is: the node says what is wrong with it. */
export function messageOf(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return MessageShape.safeParse(value).data ?? {}
  } catch {
    return undefined
  }
}

/**
 * The messages in a response, as they come. An error that was told without an id is given that of the request.
 *
 * @throws Error with the node's words, when it answers outside of the protocol
 */
export async function* answersIn(response: Response, { id }: Message): AsyncGenerator<Answer> {
  if (response.status === 202) return
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return yield* eventsIn(response)
  const text = await response.text()
  const value = JSON.parse(text) as Record<string, unknown> // As: the API answers JSON objects and, to a batch, a list of them.
  const message = messageOf(text) ?? {}
  if (Array.isArray(value) || message.id !== undefined) yield { text, message }
  else if (value.jsonrpc === '2.0')
    yield { text: JSON.stringify({ ...value, id: id ?? null }), message: { ...message, id } }
  else throw new Error(wordsOf(value, response.status))
}

async function* eventsIn({ body }: Response): AsyncGenerator<Answer> {
  if (body === null) return
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  for await (const { data } of events) {
    const message = messageOf(data)
    if (message !== undefined) yield { text: data, message }
  }
}

function wordsOf({ error }: Record<string, unknown>, status: number): string {
  const { message } = (error ?? {}) as { message?: string } // As: the envelope of the API.
  return message ?? `The node answered ${status}.`
}
