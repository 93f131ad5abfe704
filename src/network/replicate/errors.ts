// The error class of replication. Its codes are public and frozen; peers/reputation.ts decides what each costs a peer.

import { CodedError } from '../../util/index.ts'

/**
 * Why a stream ended before its work was done.
 *
 * The peer broke the protocol:
 * - `REPLICATE_FRAME_TOO_LARGE`: a length prefix above 4 MiB, or longer than four bytes.
 * - `REPLICATE_FRAME_INVALID`: bytes that are not a frame, or a field outside its bounds.
 * - `REPLICATE_FRAME_UNEXPECTED`: a frame that has no place here: a second Have, an answer nobody asked for, a server's frame from a puller.
 * - `REPLICATE_CREDIT_OVERRUN`: Messages beyond the granted credit.
 * - `REPLICATE_ITEM_UNASKED`: a message of another feed or outside the range, out of order, or pushed unasked.
 * - `REPLICATE_ITEM_INVALID`: a message that fails verification; `details.code` says why.
 * - `REPLICATE_TOO_MANY`: more heads in one telling, or more ranges in one Want, than the limits allow.
 *
 * The peer, or the way to it, did not keep up:
 * - `REPLICATE_TIMEOUT`: it owed an answer or room to send and gave neither; `details.waitingFor` names what.
 * - `REPLICATE_STREAM_LOST`: the stream was reset or ended in the middle.
 *
 * Nobody's fault:
 * - `REPLICATE_BUSY`: the server sends us away for `details.retryMs`, or all our credit is in use.
 * - `REPLICATE_BUDGET_SPENT`: an author, or the peer, made us store as much as we do in a day; `details.retryMs` says when to ask again.
 * - `REPLICATE_SCOPE_UNSUPPORTED`: a scope that names nothing this version serves.
 * - `REPLICATE_FAILED`: our own log or store failed; see `cause`.
 */
export type ReplicateErrorCode =
  | 'REPLICATE_FRAME_TOO_LARGE'
  | 'REPLICATE_FRAME_INVALID'
  | 'REPLICATE_FRAME_UNEXPECTED'
  | 'REPLICATE_CREDIT_OVERRUN'
  | 'REPLICATE_ITEM_UNASKED'
  | 'REPLICATE_ITEM_INVALID'
  | 'REPLICATE_TOO_MANY'
  | 'REPLICATE_TIMEOUT'
  | 'REPLICATE_STREAM_LOST'
  | 'REPLICATE_BUSY'
  | 'REPLICATE_BUDGET_SPENT'
  | 'REPLICATE_SCOPE_UNSUPPORTED'
  | 'REPLICATE_FAILED'

/** Ends a stream. `details` holds facts for a person or a test. */
export class ReplicateError extends CodedError<ReplicateErrorCode> {
  override readonly name = 'ReplicateError'
}
