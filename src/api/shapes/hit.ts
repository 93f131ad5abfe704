// A message that a search found.

import { z } from '@hono/zod-openapi'
import { MessageShape, StanceShape } from './message.ts'
import { Count } from './values.ts'

/** Why a message was found. */
export const MatchShape = z.object({
  how: z.enum(['all words', 'some words']),
  words: z.array(
    z.object({
      word: z.string(),
      as: z
        .enum(['whole', 'beginning'])
        .openapi({ description: 'beginning: not the word itself, but words that begin with it.' }),
      in: z.array(z.enum(['title', 'text', 'other'])).openapi({
        description: 'text: what the message says, whatever its type calls it. other: all else, tags included.',
      }),
    }),
  ),
  missing: z.array(z.string()).openapi({ description: 'Words that its first 8,192 characters do not have.' }),
  filters: z.array(z.string()).openapi({ description: 'The parameters that narrowed the search.' }),
})

/** A message that was found, and the reasons to believe it or not. */
export const HitShape = MessageShape.extend({
  local: MessageShape.shape.local.extend({
    age_secs: Count.openapi({ description: 'Since it came or was written, whichever is longer ago.' }),
    score: z.number().openapi({ description: 'BM25. Comparable within one answer, among what matched alike.' }),
    snippet: z.string().openapi({ description: 'The words around the match, which stands between [ and ].' }),
    stance: StanceShape,
    matched: MatchShape,
  }),
}).openapi('Hit')

/** The local part of a {@link HitShape}. */
export type HitData = z.infer<typeof HitShape>['local']
