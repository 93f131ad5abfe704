// The one error class of the capability gate, and the way to find it again in what a failed dial throws.

import { CodedError } from '../../util/index.ts'

/**
 * Why a gate stayed shut, as it is counted.
 *
 * - `wrong_key`: the other side's hello is not made with our network key. Certain.
 * - `unanswered`: the other side hung up on our hello without a word, which is what a node with another network key does.
 *   A node that stops or loses its line at that moment looks the same.
 * - `identity_mismatch`: the peer is not the PeerId that was dialled, or proved another long-term key than its PeerId's.
 * - `timeout`: the gate was not passed in time.
 * - `garbage`: bytes that no correct peer sends: a box that does not open, a bad signature, a low-order key.
 * - `busy`: no place for another inbound gate, in all or for this source.
 * - `closed`: the connection ended at any other point of the gate. A dialler sees this when the other side is busy, or
 *   refuses its identity.
 */
export type CapabilityCause = (typeof CAPABILITY_CAUSES)[number]

/** Every {@link CapabilityCause}, in the order in which counts are shown. */
export const CAPABILITY_CAUSES = [
  'wrong_key',
  'unanswered',
  'identity_mismatch',
  'timeout',
  'garbage',
  'busy',
  'closed',
] as const

/** The public code of each {@link CapabilityCause}: `CAPABILITY_WRONG_KEY` for `wrong_key`, and so on. */
export type CapabilityErrorCode = `CAPABILITY_${Uppercase<CapabilityCause>}`

/**
 * Thrown by everything in `capability/`. Its message begins with its code: libp2p's upgrader throws an error of its own
 * that keeps the message only, so nothing else of this one reaches whoever dialled. {@link capabilityCauseOf} reads it.
 */
export class CapabilityError extends CodedError<CapabilityErrorCode> {
  override readonly name = 'CapabilityError'

  constructor(code: CapabilityErrorCode, message: string, details?: Record<string, unknown>, options?: ErrorOptions) {
    super(code, `${code}: ${message}`, details, options)
  }
}

/**
 * The code of the {@link CapabilityError} behind an error, or undefined when the gate did not refuse. Looks at the error,
 * its causes, and every error of an aggregate (libp2p throws one when it tried several addresses; the first one counts).
 *
 * @example
 * await node.dial(address).catch((error) => {
 *   if (capabilityCauseOf(error) === 'CAPABILITY_UNANSWERED') log.info('most likely another network key')
 * })
 */
export function capabilityCauseOf(error: unknown): CapabilityErrorCode | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof CapabilityError) return error.code
  const inner = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause]
  return codeAtStart(error.message) ?? firstDefined(inner.map(capabilityCauseOf))
}

/** The cause under which a code is counted. */
export function causeOfCode(code: CapabilityErrorCode): CapabilityCause {
  // The code is made from the cause by this very rule, in the type.
  return code.slice('CAPABILITY_'.length).toLowerCase() as CapabilityCause
}

function codeAtStart(message: string): CapabilityErrorCode | undefined {
  const cause = CAPABILITY_CAUSES.find((cause) => message.startsWith(`CAPABILITY_${cause.toUpperCase()}: `))
  // toUpperCase answers string; the type says the same of a literal.
  return cause && (`CAPABILITY_${cause.toUpperCase()}` as CapabilityErrorCode)
}

function firstDefined<T>(values: (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined)
}
