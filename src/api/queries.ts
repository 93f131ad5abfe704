// The parameters that several routes share: checked, brought into their own types, and described once for /openapi.json.

import { z } from '@hono/zod-openapi'
import { isAuthor, isHash, isNumberToken } from '../feed/index.ts'
import { PAGE_DEFAULT, PAGE_MAX } from './constants.ts'
import { canonicalTime } from './timestamps.ts'
import type { Author } from '../feed/index.ts'
import type { ApiErrorCode } from './error-codes.ts'

const WHOLE_NUMBER = /^[0-9]+$/

/** For /openapi.json: how an author's name looks. */
export const AUTHOR_PATTERN = '^@[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\\.ed25519$'

/** For /openapi.json: text with more than white space in it. */
export const SAYS_SOMETHING = '\\S'

/** For /openapi.json: a lower-case letter, then up to 31 letters, digits, _ or -. */
export const SLUG_PATTERN = '^[a-z][a-z0-9_-]{0,31}$'

/** For /openapi.json: U+0000 is what no text of ours holds. */
export const WITHOUT_NUL = '^[^\\u0000]*$'

/** For /openapi.json: both. */
export const SAYS_SOMETHING_WITHOUT_NUL = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$'

/** An author's name. In a form-encoded query a raw `+` arrives as a space; no author holds a space, so it can only have been that. */
export function authorText(code: ApiErrorCode) {
  return z
    .string()
    .transform((text) => text.replaceAll(' ', '+'))
    .refine(isAuthor, {
      error: 'must be @, the base64 of a 32-byte Ed25519 public key, and .ed25519',
      params: withCode(code),
    })
    .transform((text) => text as Author) // As: the line above let nothing else through.
    .openapi({
      type: 'string',
      pattern: AUTHOR_PATTERN,
      example: '@7Ty4bOVrgPs6Ck7FQU5FLD1u5LmAZLMN8fzqCCYQLyc=.ed25519',
    })
}

/** A message's hash. */
export function hashText(code: ApiErrorCode) {
  return z
    .string()
    .refine(isHash, { error: 'must be 64 lower-case hex characters', params: withCode(code) })
    .openapi({ pattern: '^[0-9a-f]{64}$' })
}

/** The beginning of a message's hash. */
export function hashPrefix(code: ApiErrorCode, digitsMin: number) {
  return z
    .string()
    .refine((text) => text.length >= digitsMin && text.length <= 64 && /^[0-9a-f]+$/.test(text), {
      error: `must be ${digitsMin} to 64 lower-case hex characters`,
      params: withCode(code),
    })
    .openapi({ pattern: `^[0-9a-f]{${digitsMin},64}$`, example: '1a2b3c4d' })
}

/** How many; more than the maximum is the maximum. */
export function limit(standard: number) {
  return z
    .string()
    .regex(WHOLE_NUMBER, { error: 'must be a whole number from 1' })
    .transform((text) => Math.min(Number(text), PAGE_MAX))
    .refine((count) => count >= 1, { error: 'must be a whole number from 1' })
    .default(standard)
    .openapi({
      type: 'integer',
      minimum: 1,
      default: standard,
      description: `More than ${PAGE_MAX} is answered as ${PAGE_MAX}.`,
    })
}

/** How many to skip. */
export const Offset = z
  .string()
  .regex(WHOLE_NUMBER, { error: 'must be a whole number from 0' })
  .transform((text) => Math.min(Number(text), Number.MAX_SAFE_INTEGER))
  .default(0)
  .openapi({ type: 'integer', minimum: 0, default: 0 })

/** Yes or no, in the four usual spellings. */
export function flag(standard: boolean) {
  return z
    .enum(['true', 'false', '1', '0'], { error: 'must be true, false, 1 or 0' })
    .transform((text) => text === 'true' || text === '1')
    .default(standard)
    .openapi({ type: 'boolean', default: standard })
}

/** Several values: the parameter several times, its values with commas between them, or both. */
export function listText<Item extends z.ZodType<string, string>>(
  item: Item,
  countMax: number,
  described: { minLength: number } | { enum: string[] } = { minLength: 1 },
) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',').map((value) => value.trim())))
    .pipe(z.array(item).max(countMax, { error: `may have ${countMax} values at most` }))
    .openapi({
      type: 'array',
      maxItems: countMax,
      items: { type: 'string', ...described },
    })
}

/** Several of these words, spelled as a list is. */
export function choicesText<const Choice extends string>(choices: readonly Choice[]) {
  const choice = z.enum(choices, { error: `must be of ${choices.join(', ')}` })
  return listText(choice, choices.length, { enum: [...choices] })
}

/** A number of a body, also one that is spelled otherwise than JavaScript would, as 1.0: there it is a token (`JSON.rawJSON`). */
export function spelledNumber<Checked extends z.ZodType>(schema: Checked) {
  return z.preprocess((given: z.input<Checked>) => valueOfNumber(given), schema)
}

/** The value of a number token; anything else as it is. */
export function valueOfNumber(given: unknown): unknown {
  return isNumberToken(given) ? Number(given.rawJSON) : given
}

/** A time as messages spell it, from any RFC 3339 spelling. */
export function canonicalTimeText(code: ApiErrorCode) {
  return z
    .string()
    .transform((text, context) => {
      // In a form-encoded query the `+` of an offset arrives as a space.
      const time = canonicalTime(text.replace(/ (?=\d\d:\d\d$)/, '+'))
      if (time !== undefined) return time
      const message = 'must be an RFC 3339 time such as 2026-02-12T18:30:00Z'
      context.issues.push({ code: 'custom', input: text, message, params: withCode(code) })
      return z.NEVER
    })
    .openapi({ type: 'string', format: 'date-time' })
}

/** An agent, among those that share a node. */
export const Agent = z
  .string()
  .optional()
  .openapi({ description: 'Only what this agent says: content.agent, of 1 to 80 characters.' })

/** The parameters of every list of messages. */
export function listQuery({ includeSelf }: { includeSelf: boolean }) {
  return z.object({
    limit: limit(PAGE_DEFAULT),
    offset: Offset,
    after: z
      .string()
      .optional()
      .openapi({ minLength: 1, description: 'The next of the page before. Pages do not shift when messages arrive.' }),
    content_type: z.string().optional(),
    tag: z.string().optional(),
    relates: hashText('INVALID_QUERY').optional(),
    trace_id: z.string().optional(),
    agent: Agent,
    include_self: flag(includeSelf),
  })
}

/** Lets a schema say which code its failure has. */
export function withCode(code: ApiErrorCode): { code: ApiErrorCode } {
  return { code }
}
