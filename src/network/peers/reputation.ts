// What each error costs the peer that caused it: one table from code to consequence, and a score that decays. Pure.

import { BAN_SCORE, SCORE_HALF_LIFE_MS, SCORE_OF_DISCONNECT, SCORE_OF_WARNING } from './constants.ts'
import type { FeedErrorCode } from '../../feed/index.ts'
import type { CapabilityErrorCode } from '../capability/index.ts'
import type { ReplicateErrorCode } from '../replicate/index.ts'

/** Every code that can end what a peer and this node do together. */
export type ConductCode = FeedErrorCode | ReplicateErrorCode | CapabilityErrorCode

/** `ignore`: nobody's fault, or nobody's that is known. `warn`: it adds up. `disconnect`: the connection ends now, and it adds up faster. */
export type Consequence = 'ignore' | 'warn' | 'disconnect'

/** What is remembered of how a peer behaves. */
export interface Standing {
  /** As it was at {@link at}; it halves with every {@link SCORE_HALF_LIFE_MS}. */
  score: number
  /** Milliseconds since 1970. */
  at: number
}

const CONSEQUENCES: Readonly<Record<ConductCode, Consequence>> = {
  // An honest node verifies before it stores, and stores before it passes on: it holds nothing that does not verify.
  FEED_TOO_LARGE: 'disconnect',
  FEED_NOT_CANONICAL: 'disconnect',
  FEED_AUTHOR_INVALID: 'disconnect',
  FEED_SEQUENCE_INVALID: 'disconnect',
  FEED_PREVIOUS_INVALID: 'disconnect',
  FEED_HASH_MISMATCH: 'disconnect',
  FEED_SIGNATURE_INVALID: 'disconnect',

  // What no node sends that follows protocols/replicate/1.
  REPLICATE_FRAME_TOO_LARGE: 'disconnect',
  REPLICATE_FRAME_INVALID: 'disconnect',
  REPLICATE_FRAME_UNEXPECTED: 'disconnect',
  REPLICATE_CREDIT_OVERRUN: 'disconnect',
  REPLICATE_ITEM_UNASKED: 'disconnect',
  REPLICATE_ITEM_INVALID: 'disconnect',
  // Limits differ between versions, and a stream of a line just lost may still be open: once is nothing, again and again is something.
  REPLICATE_TOO_MANY: 'warn',

  // Slow, restarted, on a bad line, full, or our own disk: bad luck is never held against anyone.
  REPLICATE_TIMEOUT: 'ignore',
  REPLICATE_STREAM_LOST: 'ignore',
  REPLICATE_BUSY: 'ignore',
  REPLICATE_BUDGET_SPENT: 'ignore',
  REPLICATE_SCOPE_UNSUPPORTED: 'ignore',
  REPLICATE_FAILED: 'ignore',

  // Before the gate is passed nobody has proved who it is: whoever was punished could be somebody else. The gate has limits of its own.
  CAPABILITY_WRONG_KEY: 'ignore',
  CAPABILITY_UNANSWERED: 'ignore',
  CAPABILITY_IDENTITY_MISMATCH: 'ignore',
  CAPABILITY_TIMEOUT: 'ignore',
  CAPABILITY_GARBAGE: 'ignore',
  CAPABILITY_BUSY: 'ignore',
  CAPABILITY_CLOSED: 'ignore',
}

const SCORES: Readonly<Record<Consequence, number>> = {
  ignore: 0,
  warn: SCORE_OF_WARNING,
  disconnect: SCORE_OF_DISCONNECT,
}

export function consequenceOf(code: ConductCode): Consequence {
  return CONSEQUENCES[code]
}

/** The score now. */
export function scoreAt({ score, at }: Standing, now: number): number {
  // A clock that was set back forgives nothing and adds nothing.
  return score * 2 ** (-Math.max(0, now - at) / SCORE_HALF_LIFE_MS)
}

/** A standing after one more consequence. */
export function worsened(standing: Standing | undefined, consequence: Consequence, now: number): Standing {
  const before = standing === undefined ? 0 : scoreAt(standing, now)
  return { score: before + SCORES[consequence], at: now }
}

/** Whether this standing bans. */
export function isBanned(standing: Standing): boolean {
  return standing.score >= BAN_SCORE
}
