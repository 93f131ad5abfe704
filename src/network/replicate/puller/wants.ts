// What to ask a server for, from what it says of a feed and where we stand in it. A claim changes nothing here but the questions.

import { DIVERGENCE_LOOK, NEWEST_FIRST } from '../constants.ts'
import type { Author } from '../../../feed/index.ts'
import type { FeedPosition } from '../../../log/index.ts'
import type { ToldHead } from '../frames/frames.ts'

/** Sequences `from` to `to` of one feed, both included. */
export interface WantedRange {
  author: Author
  from: number
  to: number
}

/** What to ask for at once, and what to fill in behind the newest messages of all feeds. */
export interface Wants {
  newest: WantedRange[]
  older: WantedRange[]
  /** About a fork: not for what we miss, but for what this server holds there. */
  proofs: WantedRange[]
}

/** Nothing. */
export const NO_WANTS: Wants = { newest: [], older: [], proofs: [] }

/** Spec §4: the questions that one told head leads to. */
export function wantsFrom(head: ToldHead, position: FeedPosition): Wants {
  const wants = newestFirst(head, missingFrom(head, position))
  const proof = evidenceFor(head, position) ?? differenceIn(head, position)
  if (proof !== undefined) wants.proofs.push(proof)
  return wants
}

/** What is left of questions when these ranges were asked for before. */
export function without(asked: readonly Pick<WantedRange, 'from' | 'to'>[], wants: Wants): Wants {
  const answered = asked.filter(({ from, to }) => from <= to).sort((one, other) => one.from - other.from)
  const leave = (ranges: readonly WantedRange[]) => ranges.flatMap((range) => partsOutside(range, answered))
  return { newest: leave(wants.newest), older: leave(wants.older), proofs: leave(wants.proofs) }
}

/** @param covered - in order of `from` */
function partsOutside(range: WantedRange, covered: readonly Pick<WantedRange, 'from' | 'to'>[]): WantedRange[] {
  const parts: WantedRange[] = []
  let { from } = range
  for (const { from: start, to: end } of covered) {
    if (end < from || start > range.to) continue
    if (start > from) parts.push({ ...range, from, to: start - 1 })
    from = end + 1
  }
  if (from <= range.to) parts.push({ ...range, from })
  return parts
}

/**
 * Spec §4, "Finding a fork": where to look next for its lowest point, once a fork showed below everything that was asked for. Undefined
 * when the point lies inside a range that was asked for: it cannot be lower, as far as this server knows.
 */
export function lookFurtherDown(
  forkedAt: number,
  asked: readonly WantedRange[],
  floor: number,
  look: number,
): Omit<WantedRange, 'author'> | undefined {
  const isFound = asked.some(({ from, to }) => from <= forkedAt && forkedAt <= to)
  if (isFound || forkedAt < floor) return undefined
  return { from: Math.max(floor, forkedAt - look + 1), to: forkedAt }
}

/** Our holes and what lies beyond our head, as far as the server claims to hold it and it can still have effect. */
function missingFrom({ author, sequence, floor }: ToldHead, { head, forkedAt, missing }: FeedPosition): WantedRange[] {
  const last = Math.min(sequence, (forkedAt ?? Number.POSITIVE_INFINITY) - 1)
  const beyond = { from: head + 1, to: last }
  return [...missing, beyond]
    .map(({ from, to }) => ({ author, from: Math.max(from, floor), to: Math.min(to, last) }))
    .filter(({ from, to }) => from <= to)
}

/** A told fork that we do not know, or know only higher up: two messages at its point, or one behind it that names another predecessor. */
function evidenceFor({ author, sequence, forked }: ToldHead, { forkedAt }: FeedPosition): WantedRange | undefined {
  const point = sequence + 1
  if (!forked || (forkedAt !== undefined && forkedAt <= point)) return undefined
  return { author, from: point, to: point + 1 }
}

/** Another message than ours at the server's head: somewhere up to there the feed was signed twice. */
function differenceIn(head: ToldHead, { forkedAt, hashAt }: FeedPosition): WantedRange | undefined {
  const { author, sequence, hash, floor } = head
  if (hash === undefined || hashAt === undefined || hashAt.startsWith(hash)) return undefined
  if (forkedAt !== undefined && forkedAt <= sequence) return undefined
  return { author, from: Math.max(1, floor, sequence - DIVERGENCE_LOOK + 1), to: sequence }
}

function newestFirst({ sequence }: ToldHead, ranges: readonly WantedRange[]): Wants {
  const newestFrom = sequence - NEWEST_FIRST + 1
  const wants: Wants = { newest: [], older: [], proofs: [] }
  for (const { author, from, to } of ranges) {
    if (to >= newestFrom) wants.newest.push({ author, from: Math.max(from, newestFrom), to })
    if (from < newestFrom) wants.older.push({ author, from, to: Math.min(to, newestFrom - 1) })
  }
  return wants
}

/** What is missing right below a message that came by itself. */
export function gapBelow(sequence: number, { author, missing }: FeedPosition): WantedRange[] {
  return missing.filter(({ to }) => to === sequence - 1).map(({ from, to }) => ({ author, from, to }))
}
