// One attempt at a delivery: what is given to a target, and what becomes of it.

import type { MessageEntry } from '../log/index.ts'

/** A message on its way out. */
export interface Outgoing {
  entry: MessageEntry
  /** The JSON that the REST interface answers: the signed text unaltered, hash, signature, and what this node adds. */
  text: string
  /** 1 for the first one. */
  attempt: number
}

/** It did not work this time. */
export interface Failure {
  kind: 'failed'
  /** One sentence, without anything secret. */
  reason: string
  /** The end of what a command printed, or the beginning of what a receiver answered. */
  output: string
  /** The receiver asks for nothing more before this time has passed. */
  retryAfterMs?: number | undefined
}

/** `interrupted`: the node stops; it counts as never attempted. */
export type Outcome = { kind: 'delivered' } | { kind: 'interrupted' } | Failure

/** Calls a target once. Never throws; ends soon after the signal aborts. */
export type Call = (message: Outgoing, signal: AbortSignal) => Promise<Outcome>
