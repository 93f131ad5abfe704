// The limits of the HTTP interface, each with its reason.

/** A publish body: 64 KiB of content may be written with escapes (six bytes for one) and still has room for its envelope. */
export const BODY_BYTES_MAX = 1024 * 1024

/** Messages in one answer when the caller does not say: what fits a screen or an agent's context. */
export const PAGE_DEFAULT = 50

/** Hits in one answer when the caller does not say: ranked, so that more are rarely read. */
export const HITS_DEFAULT = 20

/** Messages in one import: what a body of 1 MiB holds of ordinary ones, verified within a fraction of a second. */
export const IMPORT_MESSAGES_MAX = 2_000

/** Messages in one answer, at most. */
export const PAGE_MAX = 200

/** Characters of messages from which a list is sent piece by piece: below it, encoding takes a millisecond. */
export const LIST_STREAMED_FROM = 512 * 1024

/** A search text. Longer ones are pasted documents, each word of which would cost a look into the index. */
export const SEARCH_TEXT_LENGTH_MAX = 1_024

/** Types in one search: each is a word more to look up for every message that matches. */
export const SEARCH_TYPES_MAX = 16

/** Forked feeds named in a status answer; their count is exact. */
export const FORKS_SHOWN_MAX = 100

/** Peers named in a status answer for each network key that is left behind; their count is exact. */
export const OLDER_KEY_PEERS_SHOWN_MAX = 100

/** Connections at once: programs of this machine, event streams included. Beyond it whoever has been silent longest makes place. */
export const CONNECTIONS_MAX = 256

/** From accepting a connection, or the request before, to the end of the headers: local clients send them in one piece. */
export const HEADERS_TIMEOUT_MS = 10_000

/** From the first byte of a request to the end of its body. */
export const REQUEST_TIMEOUT_MS = 30_000

/** Who takes nothing for so long of what it was sent is hung up on: what waits for it is memory, and its place is wanted. */
export const STALLED_MS = 15_000

/** An unused connection is kept this long for the next request of the same client. */
export const KEEP_ALIVE_MS = 10_000

/** How often connections are held against the limits above. */
export const TIMEOUT_CHECK_MS = 1_000

/** How long stopping waits for answers in the making before it cuts their connections; the node as a whole has 5 s. */
export const STOP_WAIT_MS = 2_000

/** Seconds, messages or bytes of a retention policy: more than any disk or calendar holds, and exact in all arithmetic. */
export const CRITERION_MAX = 1_000_000_000_000

/** A tag, a type or an author of a policy: twice the longest tag that a node of ours publishes. */
export const SCOPE_BYTES_MAX = 256

/** A path into a content; steps are bounded with it. */
export const COMPACT_KEY_LENGTH_MAX = 256

/** Authors that a preview names, those who would lose most; it counts them all. */
export const PREVIEW_AUTHORS_MAX = 20

/** How long a request waits for a sweep; clients give up after 30 s. */
export const SWEEP_WAIT_MS = 10_000

/** The least of a public ID by which an author can be named: @ and 24 bits. */
export const SHORT_KEY_LENGTH_MIN = 5

/** Authors named to whoever has to choose among them. */
export const CANDIDATES_TOLD_MAX = 20

/** Feeds looked through at once for one whose author begins with a short key: some milliseconds of the reader. */
export const HEADS_READ_AT_ONCE = 1_000

/** Of a shortened hash: with fewer digits a small store already holds several such messages. */
export const HASH_PREFIX_MIN = 4

/** Whoever shortened a hash too much sees which ones it may mean; to list messages there are other calls. */
export const MESSAGES_UNDER_PREFIX_MAX = 10

/** How long an agent's word on how it is holds when it does not say: a turn of work. */
export const PRESENCE_SECS_DEFAULT = 900

/** The longest it can ask for: a day, within which somebody has looked. */
export const PRESENCE_SECS_MAX = 86_400

/** Messages of an inbox or thread, and queries, on a page that was not asked for by size. */
export const MESSAGES_DEFAULT = 50

/** Messages that are marked as read at once: some pages. */
export const MARKED_AT_ONCE_MAX = 1_000

/** Authors who are muted: each is looked up at every question for the inbox. */
export const MUTES_MAX = 10_000
