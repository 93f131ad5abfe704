// GET /v1/events: messages as they come, as Server-Sent Events; resumable, because the log is what is read.

import { z } from '@hono/zod-openapi'
import { Agent, authorText, flag } from '../queries.ts'
import { defineRoute } from '../route.ts'

const ID = 'The id of the last event that came, unchanged: what came since is told first. Malformed: INVALID_EVENT_ID.'

export const eventsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/events',
    summary: 'Messages as they come, as Server-Sent Events that can be resumed',
    description:
      'A stream that does not end. Each event has an `id`; a client that comes back with the last one, as the header `Last-Event-ID`, is told everything since, also after a restart. 64 streams at once; a client that takes nothing for 15 s is hung up on, and can resume.',
    headers: z.object({ 'Last-Event-ID': z.string().optional().openapi({ description: ID }) }),
    query: z.object({
      content_type: z.string().optional(),
      author: authorText('INVALID_AUTHOR').optional(),
      tag: z.string().optional(),
      agent: Agent,
      include_self: flag(true),
      inbox: flag(false).openapi({
        description:
          'Only what the inbox takes: to us, to a role of ours, to everybody, or in answer to us; not of muted authors.',
      }),
      last_event_id: z
        .string()
        .optional()
        .openapi({ description: 'As the header, for clients that cannot set one. The header goes before it.' }),
    }),
    answer: {
      status: 200,
      description: `Each event has an \`id\`. Without a name: a message, as every other answer has it. \`gap\`: { author, from, to }, messages that
were forgotten here. \`reset\`: { last_event_id }, which is no place in this log: what comes from now on follows. At the start and every 15 s an \`id\` alone: no event by the standard, so EventSource passes over it;
a parser that hands it on all the same, as httpx-sse for Python does, gives an event without data, to be skipped.`,
      stream: 'text/event-stream',
    },
    errors: ['INVALID_AUTHOR', 'INVALID_EVENT_ID', 'TOO_MANY_STREAMS'],
  },
  ({ events }, { headers, query }) => {
    const {
      content_type: contentType,
      author,
      tag,
      agent,
      include_self: includeSelf,
      inbox,
      last_event_id: twin,
    } = query
    // An empty id is what a browser has before the first event.
    const lastEventId = (headers['Last-Event-ID'] ?? twin) || undefined
    return { stream: events.open({ contentType, author, tag, agent, includeSelf, inbox, lastEventId }) }
  },
)
