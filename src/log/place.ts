// Where a verified message stands in its feed, and what must be written so that feed, holes and forks agree with it.

import { parseTimestamp, placeMessage } from '../feed/index.ts'
import type { Neighbourhood, Placement, SealedMessage } from '../feed/index.ts'
import type { IngestOutcome } from './ingest.ts'
import type { FeedRow, HeldMessage, LogStore } from './log-store.ts'

/** When a message came, and from which peer. */
export interface Arrival {
  receivedAt: number
  receivedFrom: string | undefined
}

/** Looks around the message's place in its feed; changes nothing. */
export function place(store: LogStore, feed: FeedRow, message: SealedMessage): Placement {
  return placeMessage(message, neighbourhoodOf(store, feed, message.sequence))
}

/** The outcome that a placement has without anything being written, or undefined when the message must be verified first. */
export function outcomeOf(placement: Placement): IngestOutcome | undefined {
  if (placement.kind === 'duplicate' || placement.kind === 'forgotten') return placement.kind
  if (placement.kind === 'fork' && !placement.store) return 'forked'
  return undefined
}

/** Writes one verified message inside the caller's transaction. `feed` is changed in place; the caller saves it. */
export function appendPlaced(store: LogStore, feed: FeedRow, message: SealedMessage, arrival: Arrival): IngestOutcome {
  const placement = place(store, feed, message)
  switch (placement.kind) {
    case 'duplicate':
    case 'forgotten':
      return placement.kind
    case 'append': {
      append(store, feed, message, arrival, placement.link)
      extend(store, feed, message)
      if (placement.linksSuccessor) linkSuccessor(store, feed, message)
      return 'appended'
    }
    case 'fork': {
      if (placement.store) append(store, feed, message, arrival, placement.link)
      if (feed.forkedAt === undefined || placement.at < feed.forkedAt) fork(store, feed, placement.at, arrival)
      return 'forked'
    }
  }
}

function neighbourhoodOf(store: LogStore, feed: FeedRow, sequence: number): Neighbourhood {
  const { head, headHash, forkedAt } = feed
  if (sequence > head && forkedAt === undefined) {
    // Nothing is held at or above it: the common case asks the database nothing.
    const predecessors = sequence === head + 1 && headHash !== undefined ? [{ hash: headHash }] : []
    return { forkedAt, hole: undefined, held: [], predecessors, successors: [] }
  }
  return {
    forkedAt,
    hole: store.holeAt(feed, sequence)?.reason,
    held: store.messagesAt(feed, sequence),
    predecessors: store.messagesAt(feed, sequence - 1),
    successors: store.messagesAt(feed, sequence + 1),
  }
}

function append(
  store: LogStore,
  feed: FeedRow,
  message: SealedMessage,
  arrival: Arrival,
  link: HeldMessage['link'],
): void {
  const { sequence, hash, text, signature, expiresAt } = message
  const expiry = expiresAt === undefined ? undefined : parseTimestamp(expiresAt)
  feed.arrival = store.append({ feed, sequence, hash, text, signature, ...arrival, link, expiresAt: expiry })
}

/** Moves the head up over a hole, or takes the message's place out of the hole that it fills. */
function extend(store: LogStore, feed: FeedRow, { sequence, hash }: SealedMessage): void {
  if (sequence > feed.head) {
    if (sequence > feed.head + 1) store.addHole(feed, { from: feed.head + 1, to: sequence - 1, reason: 'missing' })
    feed.head = sequence
  } else {
    const hole = store.holeAt(feed, sequence)
    if (hole !== undefined) store.fillHole(feed, hole, sequence)
  }
  if (sequence === feed.head) feed.headHash = hash
}

function linkSuccessor(store: LogStore, feed: FeedRow, { sequence, hash }: SealedMessage): void {
  for (const successor of store.messagesAt(feed, sequence + 1)) {
    if (successor.previous === hash) store.markLinked(successor.offset)
  }
}

/** Freezes the feed below `at`. What stands from there on stays as evidence; holes up there are never asked for again. */
function fork(store: LogStore, feed: FeedRow, at: number, { receivedAt }: Arrival): void {
  feed.arrival = store.appendForked(feed, at, receivedAt)
  feed.forkedAt = at
  feed.head = at - 1
  const below = store.messagesAt(feed, at - 1)
  feed.headHash = below.length === 1 ? below[0]?.hash : undefined
}
