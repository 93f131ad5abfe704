// The limits of peers/, each with its reason.

/** A score halves in this time: what a peer did yesterday is forgotten, what it does every minute is not. */
export const SCORE_HALF_LIFE_MS = 10 * 60_000

/** What one error of an unclear kind adds: a hundred of them in a few minutes are no accident. */
export const SCORE_OF_WARNING = 1

/** What one certain breach adds: the third in a few minutes bans. A node with one damaged row meets it once a connection. */
export const SCORE_OF_DISCONNECT = 40

/** From this score on a peer is banned. */
export const BAN_SCORE = 100

/** The first ban; each further one is twice as long. A peer that was repaired is back soon. */
export const BAN_MS_FIRST = 10 * 60_000

/** No ban is longer: identities cost nothing, so for ever would only hit who means well. */
export const BAN_MS_MAX = 24 * 60 * 60_000

/** So long after its end a ban still doubles the next one. */
export const BAN_REMEMBERED_MS = 7 * 24 * 60 * 60_000

/** Bans that are kept; the one that ends first makes room. Their makers need a new identity for each. */
export const BANS_MAX = 1_000

/** Peers whose standing is kept; the one that did nothing wrong for longest makes room. */
export const STANDINGS_MAX = 1_000

/** Refusals that are shown one by one, besides their counts. */
export const REFUSALS_SHOWN_MAX = 50

/** replication.md, "Discovery and reach": so many peers may be connected to us beside those that we keep. */
export const CONNECTIONS_INBOUND_MAX = 64

/** Of those, from one host: an office behind one address fits, and one machine cannot take all places. Loopback is exempt. */
export const CONNECTIONS_INBOUND_OF_ONE_HOST_MAX = 16

/**
 * Of those, by one identity. One is in use; the second is for a peer that comes back before its lost line was noticed. Without this, one peer
 * alone could keep everybody else out.
 */
export const CONNECTIONS_INBOUND_OF_ONE_PEER_MAX = 2

/** Streams that a peer may have open on one connection, all protocols together: a relay brings one for each of its clients. */
export const STREAMS_OF_ONE_CONNECTION_MAX = 128
