// Where a verified message belongs in its author's chain, and whether it proves that the author signed two messages for one place.

import type { Hash, Message } from './message.ts'

/** What is known of a held message. */
interface Neighbour {
  readonly hash: Hash
  /** Undefined of one that a disk has damaged: it says nothing of its neighbours, and proves nothing. */
  readonly previous: Hash | null | undefined
}

/** What is held of a feed around one sequence. */
export interface Neighbourhood {
  /** The lowest sequence known to be signed twice, or undefined. */
  readonly forkedAt: number | undefined
  /** Why the sequence is not held, when a hole around it says so. */
  readonly hole: 'missing' | 'filtered' | 'forgotten' | undefined
  /** Messages held at the sequence: none, one, or the evidence of a fork. */
  readonly held: readonly Neighbour[]
  /** Messages held at the sequence before. */
  readonly predecessors: readonly Pick<Neighbour, 'hash'>[]
  /** The hash that this feed is known by at the sequence, whatever is held there. */
  readonly known?: Hash | undefined
  /** Messages held at the sequence behind. */
  readonly successors: readonly Pick<Neighbour, 'previous'>[]
}

/**
 * What is to be done with a message.
 *
 * - `duplicate`: this very message is held; or one so damaged that nothing says which it was.
 * - `mend`: this very message is held, damaged; `link` is as it would be if it had come now.
 * - `forgotten`: retention removed this place, and it stays removed.
 * - `append`: it is stored and has effect; `linksSuccessor` says that a held successor is linked by it.
 * - `fork`: the feed is forked at `at`, and the message has no effect if it stands there or above; `store` says whether it is kept as evidence.
 */
export type Placement =
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'mend'; readonly link: 'linked' | 'gapped' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'append'; readonly link: 'linked' | 'gapped'; readonly linksSuccessor: boolean }
  | { readonly kind: 'fork'; readonly at: number; readonly store: boolean; readonly link: 'linked' | 'gapped' }

/** Two messages prove a fork; a third at the same place proves nothing new. */
const EVIDENCE_MAX = 2

/**
 * Places a message whose signature is verified. Whatever order the messages of a feed arrive in, the fork point ends up the same.
 */
export function placeMessage(
  message: Pick<Message, 'sequence' | 'previous'> & { hash: Hash },
  around: Neighbourhood,
): Placement {
  const same = around.held.find((held) => held.hash === message.hash)
  if (same !== undefined && isSound(same)) return { kind: 'duplicate' }
  const link = linkOf(message, around)
  if (same !== undefined) return { kind: 'mend', link }
  if (!around.held.every(isSound)) return isCalledFor(message, around) ? { kind: 'mend', link } : { kind: 'duplicate' }
  if (around.hole === 'forgotten') return { kind: 'forgotten' }
  const known = around.forkedAt ?? Number.POSITIVE_INFINITY
  const at = Math.min(known, provenFork(message, around))
  if (message.sequence < at) return { kind: 'append', link, linksSuccessor: linksSuccessor(message.hash, around) }
  const isNear = message.sequence <= at + 1 && around.held.length < EVIDENCE_MAX
  return { kind: 'fork', at, store: at < known || isNear, link }
}

/** Only what feed or successor call for takes the place of one whose hash is damaged as well. */
function isCalledFor({ hash }: { hash: Hash }, { known, successors }: Neighbourhood): boolean {
  return known === hash || successors.some(({ previous }) => previous === hash)
}

function isSound({ previous }: Pick<Neighbour, 'previous'>): boolean {
  return previous !== undefined
}

/** At sequence 1 nothing is missing before it. */
function linkOf(message: Pick<Message, 'sequence' | 'previous'>, around: Neighbourhood): 'linked' | 'gapped' {
  if (message.sequence === 1) return 'linked'
  return around.predecessors.some((predecessor) => predecessor.hash === message.previous) ? 'linked' : 'gapped'
}

function linksSuccessor(hash: Hash, around: Neighbourhood): boolean {
  return around.successors.some((successor) => successor.previous === hash)
}

/**
 * The lowest sequence for which this message and its neighbours are proof of two. Naming a predecessor counts as having signed it: two
 * messages at one place that name different predecessors fork the feed one place earlier, whether or not those are held.
 */
function provenFork(message: { sequence: number; previous: Hash | null; hash: Hash }, around: Neighbourhood): number {
  const { sequence, previous, hash } = message
  const otherBefore =
    around.held.some((held) => held.previous !== previous) ||
    around.predecessors.some((predecessor) => predecessor.hash !== previous)
  if (otherBefore) return sequence - 1
  const successors = around.successors.filter(isSound)
  const otherHere = around.held.length > 0 || successors.some((successor) => successor.previous !== hash)
  return otherHere ? sequence : Number.POSITIVE_INFINITY
}
