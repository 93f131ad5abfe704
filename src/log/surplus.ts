// What a policy does not keep. Looked for a page at a time in the lists of messages, newest first, beside the main thread.
//
// Lists may lag behind what arrives. That is safe: whatever a policy takes away for newer messages that it sees, it would take away if it saw
// all. They may not lag behind what was forgotten, which would count as kept: whoever sweeps waits for them first.

import { newestOfEach } from './compaction.ts'
import type { Author } from '../feed/index.ts'
import type { FeedPlace } from './forgetting.ts'
import type { PolicyDraft, PolicyScope } from './policy.ts'

/** A place in a list: lists are in the order of time, those of one author in that of sequence. */
export interface Place {
  key: number
  offset: number
}

/** Places of unexpired messages of a scope, newest first. Bounds that are absent let everything pass. */
export interface PlacesQuery {
  scope: PolicyScope
  notAuthor?: Author | undefined
  /** Only behind this place. */
  after?: Place | undefined
  /** Only messages whose time, in milliseconds since 1970, is before this. */
  before?: number | undefined
  /** Only messages whose time is not before this. */
  since?: number | undefined
  /** Places to leave out, of those that are left. */
  skip?: number | undefined
  limit: number
}

/** The lists of messages. projections/ has them. */
export interface MessageLists {
  places(query: PlacesQuery): Promise<Place[]>
  /** How many unexpired messages of a scope there are. */
  countIn(scope: PolicyScope, notAuthor?: Author): Promise<number>
  /** Resolves when the lists know all entries up to this offset, and when the signal aborts. */
  settled(offset: number, signal: AbortSignal): Promise<void>
}

/** A message that is held, by its offset. */
export interface HeldAt extends FeedPlace {
  offset: number
  /** Of its signed text. */
  bytes: number
}

/** A message that is held, and what its content has at some path: JSON text, or null when there is nothing. */
export interface ValueAt extends HeldAt {
  value: string | null
}

/** The log's storage, as far as policies look into it. */
export interface HeldMessages {
  /** What is held of these offsets, in their order. */
  heldAt(offsets: readonly number[]): Promise<HeldAt[]>
  /** The same, each with the value at a path into its content. */
  valuesAt(offsets: readonly number[], path: string): Promise<ValueAt[]>
}

/** What looking for surplus needs. */
export interface SurplusComponents {
  lists: MessageLists
  held: HeldMessages
  /** Author of our own feed. */
  author: Author
}

/** Places looked at in one go: a millisecond or two of the reader, which questions share with sweeps. */
const PLACES_PER_PAGE = 256

/** Before everything. */
const NEWEST: Place = { key: Number.MAX_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER }

/** The messages that a policy takes away at `now` (milliseconds since 1970), each once, a page at a time. */
export async function* surplusOf(
  policy: PolicyDraft,
  components: SurplusComponents,
  now: number,
): AsyncGenerator<HeldAt[]> {
  const scoped = scopedTo(policy, components)
  const since = policy.maxAgeSecs === undefined ? undefined : now - policy.maxAgeSecs * 1000
  if (since !== undefined) yield* heldPages(components, { ...scoped, before: since })
  const young = { ...scoped, since }
  const end = await lastKept(policy, components, young)
  if (end !== undefined) yield* heldPages(components, { ...young, after: end })
  if (policy.compactKey !== undefined) {
    const rest = pagesBefore(end, components, young)
    yield* newestOfEach(policy.compactKey, components.held, rest)
  }
}

/** How many messages a policy is about. */
export function countInScope(policy: PolicyDraft, components: SurplusComponents): Promise<number> {
  const { scope, notAuthor } = scopedTo(policy, components)
  return components.lists.countIn(scope, notAuthor)
}

type Bounds = Omit<PlacesQuery, 'limit' | 'skip'>

function scopedTo({ scope, includeSelf }: PolicyDraft, { author }: SurplusComponents): Bounds {
  return { scope, notAuthor: includeSelf ? undefined : author }
}

/** Behind this place everything goes for count and bytes; undefined when nothing does. */
async function lastKept(
  { maxCount, maxBytes }: PolicyDraft,
  components: SurplusComponents,
  bounds: Bounds,
): Promise<Place | undefined> {
  const query = { ...bounds, limit: 1 }
  const [byCount] = maxCount === undefined ? [] : await components.lists.places({ ...query, skip: maxCount - 1 })
  if (maxBytes === undefined) return byCount
  let bytesLeft = maxBytes
  let last = NEWEST
  for await (const page of pagesBefore(byCount, components, bounds)) {
    const bytes = new Map((await components.held.heldAt(page.map(offsetOf))).map((held) => [held.offset, held.bytes]))
    for (const place of page) {
      bytesLeft -= bytes.get(place.offset) ?? 0
      if (bytesLeft < 0) return last
      last = place
    }
  }
  return byCount
}

/** Pages of what stands before and at a place. */
async function* pagesBefore(
  end: Place | undefined,
  components: SurplusComponents,
  bounds: Bounds,
): AsyncGenerator<Place[]> {
  for await (const page of pages(components, bounds)) {
    const kept = end === undefined ? page : page.filter((place) => !isBehind(place, end))
    if (kept.length > 0) yield kept
    if (kept.length < page.length) return
  }
}

async function* heldPages(components: SurplusComponents, bounds: Bounds): AsyncGenerator<HeldAt[]> {
  for await (const page of pages(components, bounds)) yield components.held.heldAt(page.map(offsetOf))
}

async function* pages({ lists }: SurplusComponents, bounds: Bounds): AsyncGenerator<Place[]> {
  let { after } = bounds
  for (;;) {
    const page = await lists.places({ ...bounds, after, limit: PLACES_PER_PAGE })
    if (page.length > 0) yield page
    if (page.length < PLACES_PER_PAGE) return
    after = page.at(-1)
  }
}

function offsetOf({ offset }: Place): number {
  return offset
}

function isBehind(place: Place, end: Place): boolean {
  return place.key < end.key || (place.key === end.key && place.offset < end.offset)
}
