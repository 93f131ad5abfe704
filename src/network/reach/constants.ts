// Every limit of reach, with its reason.

/** One relay carries a node, the second carries it while the first restarts. */
export const RELAYS_USED_MAX = 2

/** Relays that were asked in one run; libp2p keeps a listener for each. */
export const RELAYS_ASKED_MAX = 16

/** Members that one relay listens for at once; each holds one connection, and design replication.md keeps 32 + 64 of those. */
export const RESERVATIONS_MAX = 64

/** Relayed connections that pass through one relay at once: as many again, for each is two streams and no socket. */
export const RELAYED_STREAMS_MAX = 128
