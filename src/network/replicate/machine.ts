// What the puller and the server have in common, to whoever runs them: facts in, requests out, and a time to be woken.

import { encodeFrame } from './frames/encode-frame.ts'
import type { ReplicateError } from './errors.ts'
import type { Frame } from './frames/frames.ts'

/** A state machine without I/O. */
export interface Machine<Fact, Request> {
  /** Takes in one fact and answers everything that follows from it. */
  step(fact: Fact | StreamFact, now: number): (Request | StreamRequest)[]
  /** When `timePassed` is due, in milliseconds; Infinity while nothing is awaited. */
  readonly deadline: number
}

/** What happens to a stream. */
export type StreamFact =
  /** A frame came, and took this many bytes with its length prefix. */
  | { type: 'received'; frame: Frame; bytes: number }
  | { type: 'timePassed' }
  /** Nothing more comes, or nothing more is to be taken. */
  | { type: 'ended' }

/** What is to be done with a stream. */
export type StreamRequest =
  | Sending
  /** Nothing more will be said. */
  | { type: 'finish' }
  | { type: 'fail'; error: ReplicateError }

/** A frame to be sent, with its length before it. */
export interface Sending {
  type: 'send'
  kind: Frame['kind']
  bytes: Uint8Array
}

export function send(frame: Frame): Sending {
  return { type: 'send', kind: frame.kind, bytes: encodeFrame(frame) }
}

export function isStreamRequest(request: { type: string }): request is StreamRequest {
  return request.type === 'send' || request.type === 'finish' || request.type === 'fail'
}
