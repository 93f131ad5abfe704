// The one shape of every answer: `{ success, data?, error?, metadata? }`, absent parts left out. Assembled as text, because messages
// stand in it exactly as they were signed.

import type { Warning } from '../content/index.ts'
import type { Similar } from '../memory/index.ts'
import type { ErrorDetails } from './errors.ts'

/** What goes with an answer: where a list stands, or what to know of a message that was published. */
export interface Metadata {
  /** How many there are in all; left out when nobody counted that far. */
  total?: number | undefined
  /** How many this answer could have held. */
  limit?: number | undefined
  offset?: number | undefined
  /** Give it as `after` to get the page behind this one; left out on the last. */
  next?: string | undefined
  /** Of content that was signed although something about it is odd. */
  warnings?: readonly Warning[] | undefined
  /** Other memories that say nearly what one that was just written says. */
  similar?: readonly Similar[] | undefined
}

/** The error part. */
export interface ErrorBody {
  code: string
  message: string
  details?: ErrorDetails
}

/** The parts of an envelope; `data` is JSON text already. */
export interface EnvelopeParts {
  data?: string | undefined
  error?: ErrorBody | undefined
  metadata?: Metadata | undefined
}

/** Puts an envelope together around its data without reading that again. */
export function envelopeText({ data, error, metadata }: EnvelopeParts): string {
  let text = `{"success":${error === undefined}`
  if (data !== undefined) text += `,"data":${data}`
  if (error !== undefined) text += `,"error":${JSON.stringify(withoutEmptyDetails(error))}`
  if (metadata !== undefined && !isEmpty(metadata)) text += `,"metadata":${JSON.stringify(metadata)}`
  return `${text}}`
}

/**
 * The pieces of an envelope around a list, in order: joined, or sent one by one where a list is large.
 *
 * @param items - JSON texts
 */
export function* listEnvelope(items: readonly string[], metadata: Metadata): Generator<string> {
  yield '{"success":true,"data":['
  for (const [at, item] of items.entries()) yield at === 0 ? item : `,${item}`
  yield `],"metadata":${JSON.stringify(metadata)}}`
}

function withoutEmptyDetails({ code, message, details = {} }: ErrorBody): ErrorBody {
  return isEmpty(details) ? { code, message } : { code, message, details }
}

function isEmpty(facts: object): boolean {
  return Object.values(facts).every((value) => value === undefined)
}
