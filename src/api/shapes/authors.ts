// Authors as they are answered.

import { z } from '@hono/zod-openapi'

export const AuthorName = z.string().openapi({
  description:
    'What its profile calls an author, with the short key if others are called so too; left out when it has none.',
})

/** An author whom this node follows or blocks. */
export const AuthorShape = z.object({ author: z.string(), author_name: AuthorName.optional() }).openapi('Author')

/** {@link AuthorShape} */
export type AuthorData = z.infer<typeof AuthorShape>
