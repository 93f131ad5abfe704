// POST /v1/import: messages that whoever runs this node brings along, verified like those of a peer.

import { z } from '@hono/zod-openapi'
import { IMPORT_MESSAGES_MAX } from '../constants.ts'
import { defineRoute } from '../route.ts'
import { ImportShape } from '../shapes/transfers.ts'
import type { IngestResult } from '../../log/index.ts'
import type { ImportData } from '../shapes/transfers.ts'

const Body = z.object({
  messages: z.array(z.string()).max(IMPORT_MESSAGES_MAX).openapi({
    description: 'Each as GET /v1/export gives it, as text: the bytes that were signed must not change.',
  }),
  offline: z.boolean().default(false).openapi({
    description: 'No peer holds more of our own feed than this node will: publishing need not wait for one.',
  }),
})

export const importRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/import',
    summary: 'Takes messages from an export; each is verified, and a bad one keeps no other out',
    description:
      '`outcomes` counts what became of those that were good, `refused` names the others by their place in the list. The body has 1 MiB at most: send a large export in parts. Messages of our own feed are taken too.',
    body: Body,
    answer: { status: 200, description: 'What became of them', data: ImportShape },
    errors: ['LOG_CLOSED', 'STORE_FULL'],
  },
  async ({ log, importing }, { body: { messages, offline } }) => {
    const results = await importing.take(messages)
    if (offline) log.ownFeed.release()
    return { data: summaryOf(results, log.ownFeed.isRolledBack()) }
  },
)

function summaryOf(results: readonly IngestResult[], publishingWaits: boolean): ImportData {
  const outcomes = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []))
  const counts = Map.groupBy(outcomes, (outcome) => outcome)
  return {
    outcomes: Object.fromEntries([...counts].map(([outcome, same]) => [outcome, same.length])),
    refused: results.flatMap((result, index) => ('error' in result ? [{ index, code: result.error }] : [])),
    publishing_waits: publishingWaits,
  }
}
