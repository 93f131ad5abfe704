// The limits of event streams, each with its reason.

/** Clients at once: each costs a turn of the main thread for every message. Agents and dashboards of one machine are a few. */
export const STREAMS_MAX = 64

/** What a client is sent in one piece, and so the most that waits for a slow one. One event may be larger by itself. */
export const STREAM_CHUNK_BYTES = 64 * 1024

/** A stream that has nothing to tell says so this often: proxies and clients take longer silence for a dead line. */
export const STREAM_HEARTBEAT_MS = 15_000

/** After which clients come back: a restart of the node takes a second or two. */
export const STREAM_RETRY_MS = 2_000
