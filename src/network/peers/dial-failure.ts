// What a failed dial means: one word for programs, a sentence for a person. libp2p wraps causes several errors deep; the innermost words are
// the useful ones.

import { capabilityCauseOf } from '../capability/index.ts'
import type { CapabilityErrorCode } from '../capability/index.ts'

/**
 * How a dial ended that brought no connection which stayed.
 *
 * - `other_network`: its network key is another one, for certain or most likely.
 * - `other_identity`: not the PeerId that the address names.
 * - `own_identity`: our own key answers there.
 * - `not_egregore`: something listens there that does not speak our gate.
 * - `refused`: nothing listens there.
 * - `timeout`: no answer in time.
 * - `unreachable`: no way there from here.
 * - `unknown_name`: the name does not resolve.
 * - `not_dialable`: no transport of ours takes this address, or its name leads to one at which cloud hosts tell their secrets.
 * - `banned`: the identity that answers there is banned here.
 * - `hung_up`: it hung up during the handshake or right after it: it is full, busy, or does not want us.
 * - `failed`: anything else.
 */
export type DialFailureCode =
  | 'other_network'
  | 'other_identity'
  | 'own_identity'
  | 'not_egregore'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'unknown_name'
  | 'not_dialable'
  | 'banned'
  | 'hung_up'
  | 'failed'

/** Why a dial failed. */
export interface DialFailure {
  code: DialFailureCode
  /** What happened and, where it is known, what to look at. */
  reason: string
}

/** Said when an address answers with our own key. */
export const OWN_IDENTITY =
  'IDENTITY_IN_USE: our own identity answers there. It is this node itself, or a copy of its data directory that runs elsewhere; a copy must be stopped before it forks the feed.'

/** A connection that stood for a moment and was closed from the other side. */
export const HUNG_UP: DialFailure = {
  code: 'hung_up',
  reason: 'It took the connection and closed it at once: it is full, or has banned this node for a while.',
}

const GATE_FAILURES: Readonly<Record<CapabilityErrorCode, DialFailure>> = {
  CAPABILITY_WRONG_KEY: {
    code: 'other_network',
    reason: 'It belongs to another network: its network key differs from ours.',
  },
  CAPABILITY_UNANSWERED: {
    code: 'other_network',
    reason: 'It hung up on our handshake: most likely its network key differs from ours (check --network-key on both).',
  },
  CAPABILITY_IDENTITY_MISMATCH: {
    code: 'other_identity',
    reason: 'Another identity answers at this address than the one that was asked for.',
  },
  CAPABILITY_TIMEOUT: { code: 'timeout', reason: 'It did not finish the handshake in time.' },
  CAPABILITY_GARBAGE: { code: 'not_egregore', reason: 'It sent a handshake that no egregore node sends.' },
  CAPABILITY_BUSY: { code: 'failed', reason: 'We are busy with too many handshakes at once.' },
  CAPABILITY_CLOSED: {
    code: 'hung_up',
    reason: 'It closed the connection during the handshake: it is busy, or refuses our identity.',
  },
}

const SYSTEM_FAILURES: Readonly<Record<string, DialFailure>> = {
  ECONNREFUSED: { code: 'refused', reason: 'Nothing listens there: is the node running, and is this its gossip port?' },
  ETIMEDOUT: { code: 'timeout', reason: 'No answer in time: a firewall may drop packets, or the host is off.' },
  EHOSTUNREACH: { code: 'unreachable', reason: 'The host cannot be reached from here.' },
  ENETUNREACH: { code: 'unreachable', reason: 'There is no route to that network from here.' },
  ENOTFOUND: { code: 'unknown_name', reason: 'The host name does not resolve.' },
  EAI_AGAIN: { code: 'unknown_name', reason: 'The host name does not resolve just now.' },
  ECONNRESET: { code: 'hung_up', reason: 'The connection was reset before it stood.' },
}

/** What libp2p says in words of its own, in the order in which it is looked for. */
const WORDS: readonly (readonly [RegExp, DialFailure])[] = [
  [/dial self|IDENTITY_IN_USE/i, { code: 'own_identity', reason: OWN_IDENTITY }],
  [/blocked by gater/i, { code: 'banned', reason: 'The identity that answers there is banned here for now.' }],
  [
    /EMETADATA|gater denied all addresses/,
    {
      code: 'not_dialable',
      reason: 'It leads to an address at which cloud hosts tell their secrets, where no node of ours goes.',
    },
  ],
  [
    /not valid for dial|no transport/i,
    { code: 'not_dialable', reason: 'No transport of this node can dial this address.' },
  ],
  [
    /unexpected end|UnexpectedEOF|multistream|could not negotiate/i,
    {
      code: 'not_egregore',
      reason: 'Something listens there, but it does not speak the capability gate: is this a gossip port?',
    },
  ],
  [
    /timed? ?out|aborted/i,
    { code: 'timeout', reason: 'No answer in time: a firewall may drop packets, or the host is off.' },
  ],
]

/** Says why a dial failed. */
export function explainDialFailure(error: unknown): DialFailure {
  const gate = capabilityCauseOf(error)
  if (gate !== undefined) return GATE_FAILURES[gate]
  const messages = messagesOf(error)
  return (
    systemFailureIn(messages) ??
    failureInWords(messages) ?? { code: 'failed', reason: messages.at(-1) ?? 'The dial failed.' }
  )
}

function systemFailureIn(messages: readonly string[]): DialFailure | undefined {
  const known = Object.entries(SYSTEM_FAILURES).find(([code]) => messages.some((message) => message.includes(code)))
  return known && { code: known[1].code, reason: `${known[1].reason} (${known[0]})` }
}

function failureInWords(messages: readonly string[]): DialFailure | undefined {
  return WORDS.find(([words]) => messages.some((message) => words.test(message)))?.[1]
}

/** The words of an error and of everything inside it, outermost first. */
function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)]
  const inner = error instanceof AggregateError ? error.errors.flatMap(messagesOf) : []
  const code = String((error as { code?: unknown }).code ?? '')
  return [`${error.message} ${code}`.trim(), ...inner, ...messagesOf(error.cause)]
}
