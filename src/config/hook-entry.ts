// An entry of the list `hooks`: the original's keys and ours, checked one by one. What it means as a hook stands in hooks.ts.

import { z } from 'zod'
import { isAuthor } from '../feed/index.ts'
import { suggestionFor } from './suggestion.ts'
import { list, oneOf, path, seconds, text, wholeNumber, yesOrNo } from './values.ts'

/** A label for people, under which progress is kept: one line. */
const name = text(64).regex(/^\P{C}*$/u, 'expected a name without control characters')

/** One value or a list of them. */
function oneOrMore<Value>(value: z.ZodType<Value>): z.ZodType<Value[]> {
  return z.preprocess((given) => (given === undefined || Array.isArray(given) ? given : [given]), list(value))
}

const author = text(64).refine(isAuthor, 'expected an author such as @…=.ed25519')

const A_YEAR_IN_SECONDS = 31_536_000

const FIELDS = {
  name: name.optional(),
  on_message: path.optional(),
  webhook_url: text(2_048).optional(),
  secret: text(1_024).optional(),
  secret_file: path.optional(),
  content_type: oneOrMore(text(256)).optional(),
  tag: oneOrMore(text(256)).optional(),
  agent: oneOrMore(text(256)).optional(),
  authors: oneOrMore(author).optional(),
  to_me: yesOrNo.optional(),
  timeout_secs: seconds.optional(),
  max_retries: wholeNumber(0, 100).optional(),
  retry_delay_secs: wholeNumber(0, 3_600).optional(),
  concurrency: wholeNumber(1, 64).optional(),
  max_age_secs: wholeNumber(0, A_YEAR_IN_SECONDS).optional(),
  from: oneOf(['end', 'beginning']).optional(),
  // The original's: here every hook is called once for a message, as far as that can be.
  idempotent: yesOrNo.optional(),
}

/** A key without a value is none, as everywhere in the file. */
function withoutNulls(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
}

function unknownKeys({ code, keys }: { code?: string; keys?: readonly string[] }): string {
  if (code !== 'unrecognized_keys') return 'expected keys such as on_message and timeout_secs'
  const [key = ''] = keys ?? []
  return `a hook has no "${key}"${suggestionFor(key, Object.keys(FIELDS))}`
}

/** One hook, or two: a command and a webhook may stand in one entry. */
export const hookEntry = z
  .preprocess(
    withoutNulls,
    z.strictObject(FIELDS, { error: (issue) => unknownKeys(issue as { code?: string; keys?: string[] }) }),
  ) // As zod documents its issues.
  .refine(
    (hook) => hook.on_message !== undefined || hook.webhook_url !== undefined,
    'expected on_message or webhook_url',
  )
  .refine(
    (hook) => hook.secret === undefined || hook.secret_file === undefined,
    'expected secret or secret_file, not both',
  )
  .refine(
    (hook) => hook.webhook_url !== undefined || (hook.secret ?? hook.secret_file) === undefined,
    'a secret signs what is sent to webhook_url, which is missing',
  )

/** {@link hookEntry} */
export type HookEntry = z.output<typeof hookEntry>
