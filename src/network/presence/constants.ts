// Every limit of presence, with its reason. Section numbers are those of protocols/presence/1/spec.md.

/** §1: how often a node says that it is there: three beats may be lost within what receivers wait. */
export const BEAT_MS = 30_000

/** How soon, and how often, a beat is said again for a peer that has just subscribed and whose stream is not open yet. */
export const AGAIN_MS = 250
export const AGAIN_MAX = 8

/** §1: who was not heard of for so long is not there. */
export const STALE_MS = 90_000

/** §1: beats of our own, below what receivers take of one author. */
export const BEATS_RATE = { perSecond: 0.4, burst: 6 } as const

/** §3: of the whole payload; sixteen agents with the longest names and texts fit. */
export const PRESENCE_BYTES_MAX = 16_384

/** §3: agents of one node that say how they are: more than run on one machine at once. */
export const AGENTS_MAX = 16

/** §3: authors that are remembered. Each takes a few hundred bytes. */
export const HEARD_MAX = 4_096

/** §4: of one peer, which passes on the beats of everybody behind it. */
export const PEER_RATE = { perSecond: 100, burst: 200 } as const

/** §4: of one author. */
export const AUTHOR_RATE = { perSecond: 0.5, burst: 8 } as const

/** §4: peers and authors whose rates are remembered. */
export const RATES_KEPT_MAX = 16_384

/** §4: how far the clocks of two nodes may differ: as for messages. */
export const TIME_SKEW_MS = 10 * 60 * 1000

/** §4: after it, a beat is too old to be accepted again, however far ahead its author's clock was. */
export const REMEMBERED_MS = 2 * TIME_SKEW_MS
