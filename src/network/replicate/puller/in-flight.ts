// Who fetches what: the ranges that the pullers of this node have asked for, each from one peer, so that none is asked of two at once. A peer
// that stalls loses what it was asked for to the others. It keeps no data and no promise: forgetting something costs a message that comes
// twice, never one that does not come.

import { CLAIM_MS_MAX, CLAIM_MS_MIN, CLAIM_ROUND_TRIPS, RELEASES_KEPT_MAX } from '../constants.ts'
import { PastTurns } from './past-turns.ts'
import type { Author } from '../../../feed/index.ts'
import type { WantedRange } from './wants.ts'

/** A range that one peer is asked for. */
export interface Claim extends WantedRange {
  readonly claimedAt: number
}

/** What can be asked for of a range. */
export interface Claimed {
  /** Undefined when others fetch all of it. */
  claim: Claim | undefined
  /** How many sequences before the claim, or of all, others fetch. */
  elsewhere: number
}

/** A peer that is pulled from. */
export class Source {
  #wake = (): void => {}
  /** In the order in which they were claimed, so the first is the first that is overdue. */
  readonly claims = new Set<Claim>()
  /** Feeds of which something is awaited that others fetch. */
  readonly awaited = new Set<Author>()
  #freed: Author[] = []
  #patienceMs = CLAIM_MS_MIN
  #progressedAt: number
  /** It lost a claim, and nothing came from it since. */
  isStalled = false

  constructor(now: number) {
    this.#progressedAt = now
  }

  /** @param wake - called when {@link takeFreed} has something to give, not more than once until it is taken */
  listen(wake: () => void): void {
    this.#wake = wake
  }

  /** Something that it waited for has changed. */
  wake(): void {
    this.#wake()
  }

  /** How long this peer takes to answer. */
  met(roundTripMs: number): void {
    this.#patienceMs = Math.max(CLAIM_MS_MIN, CLAIM_ROUND_TRIPS * roundTripMs)
  }

  /** Something that was asked for came from it: what else it owes stands behind that. */
  progressed(now: number): void {
    this.#progressedAt = now
    this.isStalled = false
  }

  dueAt({ claimedAt }: Pick<Claim, 'claimedAt'>): number {
    return Math.min(Math.max(claimedAt, this.#progressedAt) + this.#patienceMs, claimedAt + CLAIM_MS_MAX)
  }

  freed(author: Author): void {
    this.awaited.delete(author)
    this.#freed.push(author)
    if (this.#freed.length === 1) this.#wake()
  }

  /** Feeds in which others have ended what this one waited for, well or not. */
  takeFreed(): Author[] {
    return this.#freed.splice(0)
  }
}

/** When claims of a feed were last released: by whom, and by anybody else before. */
interface Released {
  by: Source
  at: number
  before: number
}

/** The table of one node. */
export class InFlight {
  /** What is asked for by topic is no range of a feed, and has turns of its own. */
  readonly pasts = new PastTurns()
  readonly #sources = new Set<Source>()
  /** By feed, in order of their sequences; they do not overlap. */
  readonly #claims = new Map<Author, Claim[]>()
  readonly #released = new Map<Author, Released>()
  #releases = 0

  join(now: number): Source {
    const source = new Source(now)
    this.#sources.add(source)
    return source
  }

  /** Releases all that it claimed. */
  leave(source: Source): void {
    this.#sources.delete(source)
    this.pasts.end(source)
    for (const claim of [...source.claims]) this.release(source, claim)
  }

  /** Whether this source may be asked for more: not while it stalls and there are others. */
  mayClaim(source: Source): boolean {
    return !source.isStalled || this.isAlone
  }

  /** Whether there is one source only. */
  get isAlone(): boolean {
    return this.#sources.size <= 1
  }

  /** Counts releases. */
  get now(): number {
    return this.#releases
  }

  /** Whether others ended claims of this feed since then, so that what is missing of it may be here. */
  hasChanged(source: Source, author: Author, since: number): boolean {
    const released = this.#released.get(author)
    if (released === undefined) return false
    return (released.by === source ? released.before : released.at) > since
  }

  /** Claims the first part of a range that nobody fetches, up to so many sequences. */
  claim(source: Source, { author, from, to }: WantedRange, lengthMax: number, now: number): Claimed {
    const claims = this.#claims.get(author) ?? []
    let start = from
    let next = claims.findIndex((claim) => claim.to >= from)
    if (next < 0) next = claims.length
    for (let at = claims[next]; at !== undefined && at.from <= start; at = claims[++next]) start = at.to + 1
    if (start > from) source.awaited.add(author)
    if (start > to) return { claim: undefined, elsewhere: to - from + 1 }
    const end = Math.min(to, start + lengthMax - 1, (claims[next]?.from ?? Number.POSITIVE_INFINITY) - 1)
    const claim = { author, from: start, to: end, claimedAt: now }
    claims.splice(next, 0, claim)
    this.#claims.set(author, claims)
    source.claims.add(claim)
    return { claim, elsewhere: start - from }
  }

  /** The range has ended, or its source has: whoever waited for it looks what is missing now. */
  release(source: Source, claim: Claim): void {
    // Lost before to somebody who was faster.
    if (!source.claims.delete(claim)) return
    const { author } = claim
    const left = this.#claims.get(author)?.filter((other) => other !== claim) ?? []
    if (left.length > 0) this.#claims.set(author, left)
    else this.#claims.delete(author)
    this.#note(source, author)
    for (const other of this.#sources) if (other !== source && other.awaited.has(author)) other.freed(author)
  }

  /** Takes from each source what is overdue there. */
  expire(now: number): void {
    for (const source of this.#sources) {
      for (const claim of source.claims) {
        if (source.dueAt(claim) > now) break
        source.isStalled = true
        this.release(source, claim)
      }
    }
  }

  /** When the next claim of another is overdue; Infinity for a source that waits for none. */
  dueFor(source: Source): number {
    let due = Number.POSITIVE_INFINITY
    if (source.awaited.size === 0) return due
    for (const other of this.#sources) {
      const [first] = other.claims
      if (other !== source && first !== undefined) due = Math.min(due, other.dueAt(first))
    }
    return due
  }

  #note(by: Source, author: Author): void {
    // Whoever joins later looks later.
    if (this.isAlone && this.#sources.has(by)) return
    const last = this.#released.get(author)
    const before = last === undefined ? 0 : last.by === by ? last.before : last.at
    this.#released.delete(author)
    this.#released.set(author, { by, at: ++this.#releases, before })
    const [oldest] = this.#released.keys()
    if (this.#released.size > RELEASES_KEPT_MAX && oldest !== undefined) this.#released.delete(oldest)
  }
}
