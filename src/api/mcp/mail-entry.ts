// A message of the inbox as an agent sees it in a list: who says what to whom, and what was done about it.

import { z } from '@hono/zod-openapi'
import { REACHES, SEVERITIES } from '../../projections/index.ts'
import { WORD_BYTES_MAX } from './constants.ts'
import { IndexEntryShape, indexEntry, readMessage, shortened } from './shown-message.ts'
import type { InboxData } from '../routes/inbox.ts'

export const MailEntryShape = IndexEntryShape.omit({ hash: true }).extend({
  id: z.string().describe('For read, ack and answer; for send, to reply.'),
  reach: z.enum(REACHES).describe('direct: to this node by name. role: to a role of it. reply: to what it said.'),
  severity: z.enum(SEVERITIES).optional().describe('Absent when it is info.'),
  category: z.string().optional(),
  read: z.boolean().optional().describe('With all: it was read before.'),
  acknowledged: z.boolean().optional(),
})

export type MailEntry = z.infer<typeof MailEntryShape>

/**
 * @param json - as the inbox answers it
 * @param now - milliseconds since 1970
 */
export function mailEntry(json: string, now: number): MailEntry {
  const message = readMessage(json)
  const { reach, severity, read_at, acknowledged_at } = (message as InboxData).local.inbox // As: the inbox has answered it.
  const { category } = message.content as Readonly<Record<string, unknown>> // As: what reaches the inbox is an object.
  const { hash, ...entry } = indexEntry(message, now)
  return {
    id: hash,
    reach,
    ...(severity !== 'info' && { severity }),
    ...shortened('category', category, WORD_BYTES_MAX),
    ...entry,
    ...(read_at !== undefined && { read: true }),
    ...(acknowledged_at !== undefined && { acknowledged: true }),
  }
}
