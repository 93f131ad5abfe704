// Every limit of discovery, with its reason.

/** So many members are remembered; a member that makes identities without end pushes out only others of its kind, and the oldest. */
export const MET_PEERS_MAX = 256

/** As many as a node keeps connected by default; the rest is there for when these are gone. */
export const MET_PEERS_DIALLED = 32

/** RFC 6762 §3. */
export const MDNS_GROUP = '224.0.0.251'

/** RFC 6762 §5.2: the first questions come close together, then each waits twice as long, up to a minute. */
export const MDNS_FIRST_PAUSE_MS = 1_000
export const MDNS_PAUSE_MS_MAX = 60_000

/** RFC 6762 §6: nobody multicasts the same record more often than once in this time, whoever asks. */
export const MDNS_ANSWER_PAUSE_MS = 1_000

/** RFC 6762 §10: how long others may remember an answer; the addresses of a laptop change. */
export const MDNS_TTL_SECS = 120

/** How often a network cable that was plugged in, or a lease that was renewed, is noticed. */
export const INTERFACES_CHECK_MS = 10_000

/** Sockets for multicast at once: containers give a host hundreds of bridges, and none of them hides a peer. */
export const MDNS_INTERFACES_MAX = 16

/** RFC 1035 §3.3: a string in a TXT record. */
export const TXT_BYTES_MAX = 255

/** The first questions to the DHT come close together, then each waits twice as long: a network changes slowly, and asking costs everybody. */
export const DHT_FIRST_PAUSE_MS = 1_000
export const DHT_PAUSE_MS_MAX = 300_000

/** One walk; a peer that does not answer within it is no use. */
export const DHT_WALK_TIMEOUT_MS = 20_000

/** Kademlia's k: an honest answer names no more. */
export const DHT_CLOSER_MAX = 20

/** libp2p keeps whom the DHT names for hours; a member that names peers without end fills no more than this. */
export const DHT_PEERS_PER_HOUR_MAX = 1_000
export const HOUR_MS = 3_600_000
