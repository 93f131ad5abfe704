// Entries as a log would give them, made without one: for folds that are told things in orders in which no log tells them.

import { createIdentity, formatTimestamp, sealMessage } from '../../src/feed/index.ts'
import { TEST_NOW } from '../support/open-log.ts'
import type { Author, Draft, Identity, SealedMessage } from '../../src/feed/index.ts'
import type { Envelope, ForgottenEntry, ForkedEntry, MessageEntry } from '../../src/log/index.ts'
import type { Progress, ProjectedEntry, Projection } from '../../src/projections/index.ts'

/** Where an entry stands in a store. */
export interface Placed {
  offset?: number
  feed?: number
}

/** A message that was received at {@link TEST_NOW}. */
export function entryOf(
  message: SealedMessage,
  { offset = 1, feed = 1, receivedAt = TEST_NOW }: Placed & { receivedAt?: number } = {},
): MessageEntry {
  const { author, sequence, hash, text, signature } = message
  const envelope = JSON.parse(text) as Envelope
  const facts = { offset, feed, author, sequence, hash, text, signature, receivedAt, envelope }
  return { kind: 'message', link: 'linked', inEffect: true, ...facts }
}

/** One message of some author, at sequence 1. */
export function entryFrom(draft: Draft, claimedAt = TEST_NOW, identity: Identity = ANYBODY): MessageEntry {
  return entryOf(sealMessage(draft, { sequence: 0, hash: undefined }, formatTimestamp(claimedAt), identity))
}

const ANYBODY = createIdentity(new Uint8Array(32).fill(1))

export function forked(author: Author, sequence: number, { offset = 1, feed = 1 }: Placed = {}): ForkedEntry {
  return { kind: 'forked', offset, feed, author, sequence }
}

export function forgotten(
  author: Author,
  from: number,
  to: number,
  { offset = 1, feed = 1 }: Placed = {},
): ForgottenEntry {
  return { kind: 'forgotten', offset, feed, author, from, to }
}

/** Folds an entry in whole, as the runner does. Answers in how many steps. */
export function fold(projection: Projection, entry: ProjectedEntry): number {
  let steps = 1
  let progress: Progress = projection.apply(entry)
  for (; progress === 'more'; steps++) progress = projection.apply(entry)
  projection.settle?.()
  return steps
}
