// What went wrong, told from the errors that streams, sockets and Noise throw: they have no type in common, only names.

import { CapabilityError } from './errors.ts'

/** The names under which libp2p reports that the other side, or the line, is gone. */
const HANG_UP_NAMES = new Set([
  'ConnectionClosedError',
  'MuxerClosedError',
  'StreamClosedError',
  'StreamResetError',
  'StreamStateError',
  'UnexpectedEOFError',
])

/** What sockets report of the same. */
const HANG_UP_CODES = new Set(['ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

/** Noise's word for a peer that is not the one dialled, or that does not prove the identity it claims. */
const OTHER_PEER_NAME = 'UnexpectedPeerError'

/** Names the error that ended a gate. What is neither a hang-up nor another peer is bytes that Noise could not accept. */
export function toCapabilityError(error: unknown): CapabilityError {
  if (error instanceof CapabilityError) return error
  const options = { cause: error }
  if (isHangUp(error)) return new CapabilityError('CAPABILITY_CLOSED', 'the other side hung up', {}, options)
  if (isNamed(error, OTHER_PEER_NAME)) {
    return new CapabilityError('CAPABILITY_IDENTITY_MISMATCH', 'not the peer that was dialled', {}, options)
  }
  return new CapabilityError('CAPABILITY_GARBAGE', 'the Noise channel broke', {}, options)
}

export function isHangUp(error: unknown): boolean {
  if (error instanceof Event) return error.type === 'close'
  if (!(error instanceof Error)) return false
  return HANG_UP_NAMES.has(error.name) || ('code' in error && HANG_UP_CODES.has(String(error.code)))
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
