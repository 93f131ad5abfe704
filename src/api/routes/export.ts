// GET /v1/export: every message that this node shows, as it was signed, one a line. What /v1/import takes, here or on another node.

import { setImmediate } from 'node:timers/promises'
import { z } from '@hono/zod-openapi'
import { signedText } from '../../feed/index.ts'
import { isExpired } from '../../log/index.ts'
import { authorText, flag } from '../queries.ts'
import { entriesOf, readableEntriesOf } from '../readable-entries.ts'
import { defineRoute } from '../route.ts'
import type { Author } from '../../feed/index.ts'
import type { Entry, MessageEntry } from '../../log/index.ts'
import type { ApiParts } from '../components.ts'

export const exportRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/export',
    summary: 'Every message as it was signed, one a line, in the order in which they came',
    description:
      'One JSON text a line, which `POST /v1/import` takes, here or on another node. Neither what has expired nor what blocked authors say.',
    query: z.object({
      author: authorText('INVALID_AUTHOR').optional().openapi({ description: 'Only messages of this author.' }),
      skip_damaged: flag(false).openapi({
        description: 'Pass over what cannot be read of a damaged database, instead of breaking off there.',
      }),
    }),
    answer: {
      status: 200,
      description:
        'Messages without `local`: the signed text, then hash and signature. A connection that breaks is an export that is not whole.',
      stream: 'application/x-ndjson',
    },
    errors: ['INVALID_AUTHOR'],
  },
  (parts, { query: { author, skip_damaged: skipsDamaged } }) => {
    const entries = skipsDamaged ? readableEntriesOf(parts.log) : entriesOf(parts.log)
    return { stream: ReadableStream.from(linesOf(parts, entries, author)) }
  },
)

/** Reads as fast as the lines are taken, a batch in each turn of the event loop. */
async function* linesOf(
  { log, clock, stopping }: ApiParts,
  all: AsyncGenerator<Entry[]>,
  author: Author | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const entries of all) {
    // An end would say that this was everything.
    stopping.throwIfAborted()
    const lines = entries.filter((entry) => isExported(entry)).map((entry) => `${signedText(entry)}\n`)
    if (lines.length > 0) yield Buffer.from(lines.join(''))
    await setImmediate()
  }

  /** As everywhere: neither what expired nor what a blocked author says. Evidence of forks goes along. */
  function isExported(entry: Entry): entry is MessageEntry {
    if (entry.kind !== 'message' || (author !== undefined && entry.author !== author)) return false
    return !isExpired(entry, clock()) && !log.selection.isBlocked(entry.author)
  }
}
