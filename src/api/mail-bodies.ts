// What callers say to somebody, checked as the types of content have it: what fits here is signed without a warning.

import { z } from '@hono/zod-openapi'
import { ADDRESSEES_MAX, isSlug } from '../content/index.ts'
import { authorMeant } from './authors.ts'
import { canonicalTimeText, hashText, SAYS_SOMETHING_WITHOUT_NUL, SLUG_PATTERN, WITHOUT_NUL } from './queries.ts'
import type { Draft } from '../feed/index.ts'
import type { ApiComponents } from './components.ts'

const NUL_FAULT = { error: 'must not hold U+0000' }

/** Text of so many bytes of UTF-8 at most. */
export function bytesText(bytesMax: number) {
  return z
    .string()
    .refine((text) => text.trim() !== '', { error: 'says nothing' })
    .refine((text) => !text.includes('\0'), NUL_FAULT)
    .refine((text) => Buffer.byteLength(text) <= bytesMax, {
      error: `must not take more than ${bytesMax.toLocaleString('en')} bytes of UTF-8`,
    })
    .openapi({
      maxLength: bytesMax,
      pattern: SAYS_SOMETHING_WITHOUT_NUL,
      description: `${bytesMax.toLocaleString('en')} bytes of UTF-8 at most.`,
    })
}

/** text(n) of protocols/content. */
export function shortText(lengthMax: number) {
  return z
    .string()
    .min(1, { error: 'is empty' })
    .refine((text) => !text.includes('\0'), NUL_FAULT)
    .refine((text) => Array.from(text.normalize('NFC')).length <= lengthMax, {
      error: `must not have more than ${lengthMax} characters`,
    })
    .openapi({ maxLength: lengthMax, pattern: WITHOUT_NUL })
}

export const Slug = z.string().regex(new RegExp(SLUG_PATTERN), {
  error: 'must be a slug: a lower-case letter, then up to 31 letters, digits, _ or -',
})

/** 4 KiB of JSON, as protocols/content/message/1 has it. */
export const Metadata = z
  .record(z.string(), z.unknown())
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= 4_096, {
    error: 'must not take more than 4,096 bytes as JSON',
  })

export const Addressees = z
  .array(
    z
      .string()
      .refine((one) => !one.startsWith('role:') || isSlug(one.slice('role:'.length)), {
        error: 'must be role: and a slug, such as role:on-call',
      })
      .openapi({ pattern: '^(?!role:)|^role:[a-z][a-z0-9_-]{0,31}$' }),
  )
  .max(ADDRESSEES_MAX, { error: `may name ${ADDRESSEES_MAX} at most` })
  .openapi({ description: 'Authors by public ID, short key or name, and roles as role:slug. Everybody when absent.' })

/** What every call that says something may give beside its words. Null is as good as nothing: clients send it for what they leave out. */
export const ENVELOPE_FIELDS = {
  tags: z
    .array(z.string().openapi({ maxLength: 128 }))
    .nullish()
    .openapi({ maxItems: 64 }),
  expires_at: canonicalTimeText('INVALID_BODY')
    .nullish()
    .openapi({ type: ['string', 'null'] }),
  agent: shortText(80).nullish().openapi({ description: 'Which of several agents of this node is speaking.' }),
  reply_to: hashText('INVALID_BODY').nullish(),
}

/**
 * Who is meant, each once: names become keys, roles stay as they are. A list of nobody is no list: what is signed with one reaches nobody.
 *
 * @throws ApiError `INVALID_AUTHOR`, `AUTHOR_AMBIGUOUS`
 */
export async function addresseesMeant(
  components: ApiComponents,
  to: readonly string[] | null | undefined,
): Promise<string[] | undefined> {
  if (!to?.length) return undefined
  const meant = to.map((one, at) => (one.startsWith('role:') ? one : authorMeant(components, one, `to[${at}]`)))
  return [...new Set(await Promise.all(meant))]
}

/** Members that are absent are left out: null and undefined mean nothing in what is signed. */
export function draftOf(
  content: Readonly<Record<string, unknown>>,
  {
    relates,
    tags,
    expiresAt,
  }: {
    relates?: string | null | undefined
    tags?: readonly string[] | null | undefined
    expiresAt?: string | null | undefined
  },
): Draft {
  return {
    content: given(content),
    ...given({ relates, tags, expiresAt }),
  }
}

function given<Value extends object>(fields: Value): { [Name in keyof Value]: Exclude<Value[Name], null | undefined> } {
  // As: what is absent is gone.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as ReturnType<typeof given<Value>>
}
