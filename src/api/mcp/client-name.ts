// Who is calling, by its own word. In the era of `initialize` a client says its name once and nothing is kept here: the session id that it
// gets is that name, and comes back with each call, also after the node was restarted.

import { z } from '@hono/zod-openapi'
import { plainText } from '../../util/index.ts'
import { CLIENT_NAME_LENGTH_MAX } from './constants.ts'

const Initialize = z.object({
  method: z.literal('initialize'),
  params: z.object({ clientInfo: z.object({ name: z.string() }) }),
})

const SESSION = /^agent-(?<name>[A-Za-z0-9_-]{1,512})$/

/** The name of the client that sent this message, when it ever said one. */
export function clientNameIn(message: unknown, headers: Headers): string | undefined {
  const initialize = Initialize.safeParse(message)
  if (initialize.success) return clientName(initialize.data.params.clientInfo.name)
  const { name } = SESSION.exec(headers.get('mcp-session-id') ?? '')?.groups ?? {}
  return name === undefined ? undefined : clientName(Buffer.from(name, 'base64url').toString())
}

/** A session id that says who has the session. */
export function sessionFor(name: string): string {
  return `agent-${Buffer.from(name).toString('base64url')}`
}

/** A name as it is kept and shown; undefined when nothing is left of it. */
export function clientName(said: string): string | undefined {
  const name = plainText(said).slice(0, CLIENT_NAME_LENGTH_MAX).toWellFormed().trim()
  return name === '' ? undefined : name
}
