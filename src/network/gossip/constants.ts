// Every limit of gossip, with its reason. Section numbers are those of protocols/gossip/1/spec.md.

/** §2: what is larger is announced. A payload crosses every link of the mesh, also to nodes that hold it already. */
export const PAYLOAD_BYTES_MAX = 16_384

// §3 Gossipsub

/** §3: links of the mesh that are kept, and between which numbers nothing is done. gossipsub's own choice for networks of any size. */
export const MESH_DEGREE = { D: 6, Dlo: 4, Dhi: 12 } as const

/** §3: with fewer subscribers our own messages go to all of them at once: it costs less than a lost hop. */
export const FLOOD_BELOW_SUBSCRIBERS = 30

/** §3: bytes of a message id. Enough that nobody finds a second payload with the same one. */
export const MESSAGE_ID_BYTES = 20

/** §5: how long a payload is remembered as seen. What comes later is known because it is held; a minute bounds what a flood leaves behind. */
export const SEEN_MS = 60_000

/** Waiting to be sent to one peer. A peer that does not read loses its gossip stream, and replicate/1 brings it the rest. */
export const UNSENT_BYTES_MAX = 1024 * 1024

// §4 Publishing

/** §4: below what receivers take of one author, so that their clocks and ours need not agree. */
export const PUBLISHED_RATE = { perSecond: 80, burst: 40 } as const

// §5 Validation

/** §5: payloads of one peer, and of one author, that are looked at. Ten times what a busy agent says. */
export const ACCEPTED_RATE = { perSecond: 100, burst: 50 } as const

/** §5: beyond this a peer's payloads are dropped before gossipsub remembers them: each would cost memory for the seen window. */
export const FLOOD_RATE = { perSecond: 500, burst: 2_000 } as const

/** Peers and authors whose rates are remembered; those not heard of for longest are forgotten. */
export const RATES_KEPT_MAX = 16_384

/** Announcements remembered within the seen window: what a hundred peers can have accepted in half of it. */
export const ANNOUNCEMENTS_KEPT_MAX = 65_536

/**
 * What one rejected payload costs a peer in gossipsub's score, times the square of their number: behind the first it leaves the mesh, behind
 * the third it is heard no more. By then it is banned, as peers/ decides.
 */
export const REJECTED_WEIGHT = -20

/** How much of a peer's rejected payloads is still counted after each second: a minute passes before it may be in the mesh again. */
export const REJECTED_DECAY = 0.96

/** Messages that count as sent by gossip until others come: several seconds' worth of a busy network. */
export const PUSHED_KEPT_MAX = 4_096

// §6 Gaps

/** §6: how long a hint is followed before the next one of its author may replace it: twice what a busy peer takes to answer. */
export const HINT_MS = 2_000

/** Authors whose hints are followed at once. */
export const HINTS_KEPT_MAX = 4_096
