// What a failed dial means, in a sentence for a person. libp2p wraps causes several errors deep; the innermost words are the useful ones.

import { capabilityCauseOf } from '../capability/index.ts'
import type { CapabilityErrorCode } from '../capability/index.ts'

const GATE_SENTENCES: Readonly<Record<CapabilityErrorCode, string>> = {
  CAPABILITY_WRONG_KEY: 'It belongs to another network: its network key differs from ours.',
  CAPABILITY_UNANSWERED:
    'It hung up on our handshake: most likely its network key differs from ours (check --network-key on both).',
  CAPABILITY_IDENTITY_MISMATCH: 'Another identity answers at this address than the one that was asked for.',
  CAPABILITY_TIMEOUT: 'It did not finish the handshake in time.',
  CAPABILITY_GARBAGE: 'It sent a handshake that no egregore node sends.',
  CAPABILITY_BUSY: 'We are busy with too many handshakes at once.',
  CAPABILITY_CLOSED: 'It closed the connection during the handshake: it is busy, or refuses our identity.',
}

const SYSTEM_SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: is the node running, and is this its gossip port?',
  ETIMEDOUT: 'No answer in time: a firewall may drop packets, or the host is off.',
  EHOSTUNREACH: 'The host cannot be reached from here.',
  ENETUNREACH: 'There is no route to that network from here.',
  ENOTFOUND: 'The host name does not resolve.',
  EAI_AGAIN: 'The host name does not resolve just now.',
  ECONNRESET: 'The connection was reset before it stood.',
}

/** Said when an address answers with our own key. */
export const OWN_IDENTITY =
  'IDENTITY_IN_USE: our own identity answers there. It is this node itself, or a copy of its data directory that runs elsewhere; a copy must be stopped before it forks the feed.'

/** Says why a dial failed and, where it is known, what to look at. */
export function describeDialFailure(error: unknown): string {
  const gate = capabilityCauseOf(error)
  if (gate !== undefined) return GATE_SENTENCES[gate]
  const messages = messagesOf(error)
  if (messages.some((message) => /dial self/i.test(message))) return OWN_IDENTITY
  const known = Object.keys(SYSTEM_SENTENCES).find((code) => messages.some((message) => message.includes(code)))
  if (known !== undefined) return `${SYSTEM_SENTENCES[known]} (${known})`
  if (messages.some((message) => /not valid for dial|no transport/i.test(message)))
    return 'No transport of this node can dial this address.'
  if (messages.some((message) => /unexpected end|UnexpectedEOF|multistream|could not negotiate/i.test(message))) {
    return 'Something listens there, but it does not speak the capability gate: is this a gossip port?'
  }
  if (messages.some((message) => /timed? ?out|aborted/i.test(message))) return `${SYSTEM_SENTENCES.ETIMEDOUT}`
  return messages.at(-1) ?? 'The dial failed.'
}

/** The words of an error and of everything inside it, outermost first. */
function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)]
  const inner = error instanceof AggregateError ? error.errors.flatMap(messagesOf) : []
  const code = String((error as { code?: unknown }).code ?? '')
  return [`${error.message} ${code}`.trim(), ...inner, ...messagesOf(error.cause)]
}
