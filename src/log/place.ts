// Where a verified message stands in its feed, and what must be written so that feed, holes and forks agree with it.

import { parseTimestamp, placeMessage } from '../feed/index.ts'
import type { Placement, SealedMessage } from '../feed/index.ts'
import type { IngestOutcome } from './ingest.ts'
import type { HeldMessage } from './log-store.ts'
import type { OpenFeed } from './open-feed.ts'

/** When a message came, and from which peer. */
export interface Arrival {
  receivedAt: number
  receivedFrom: string | undefined
}

/** The outcome of a message for which nothing is to be written, or undefined when it must be verified first. Changes nothing. */
export function knownOutcome(feed: OpenFeed, message: SealedMessage): IngestOutcome | undefined {
  const placement = placementOf(feed, message)
  if (placement.kind === 'duplicate' || placement.kind === 'forgotten') return placement.kind
  if (placement.kind === 'fork' && !placement.store) return 'forked'
  return undefined
}

/** Writes one verified message inside the caller's transaction. The caller saves the feed. */
export function appendPlaced(feed: OpenFeed, message: SealedMessage, arrival: Arrival): IngestOutcome {
  const placement = placementOf(feed, message)
  switch (placement.kind) {
    case 'duplicate':
    case 'forgotten':
      return placement.kind
    case 'mend':
      feed.mend(message, placement.link)
      return 'mended'
    case 'append': {
      append(feed, message, arrival, placement.link)
      feed.extend(message)
      if (placement.linksSuccessor) feed.linkSuccessors(message)
      return 'appended'
    }
    case 'fork': {
      const known = feed.row.forkedAt ?? Number.POSITIVE_INFINITY
      if (placement.store) append(feed, message, arrival, placement.link)
      if (placement.at < known) feed.fork(placement.at, arrival.receivedAt)
      return 'forked'
    }
  }
}

function placementOf(feed: OpenFeed, message: SealedMessage): Placement {
  return placeMessage(message, feed.around(message.sequence))
}

function append(feed: OpenFeed, message: SealedMessage, arrival: Arrival, link: HeldMessage['link']): void {
  const { sequence, hash, text, signature, expiresAt } = message
  const expiry = expiresAt === undefined ? undefined : parseTimestamp(expiresAt)
  feed.append({ sequence, hash, text, signature, ...arrival, link, expiresAt: expiry })
}
