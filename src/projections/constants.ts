// The limits of the projections, each with its reason.

/**
 * What one slice of folding may take, less its commit. It runs beside the main thread, so it is as long as somebody who waits for an answer
 * may wait: the index is written once a transaction, and the longer that is, the less each message costs.
 */
export const SLICE_MS_MAX = 40

/**
 * The same while so much is read at once that no question waits for it ({@link FRESH_LAG_MAX}), as in a replay: a third less work in all. A node
 * that is told to stop waits for it.
 */
export const LONG_SLICE_MS_MAX = 500

/** Read at once: as much as a long slice can fold, so that a slice is cut by time and its commit is shared by many. */
export const BATCH_ENTRIES_MAX = 8_192
export const BATCH_BYTES_MAX = 8 * 1024 * 1024

/** With fewer entries read at once the end of the log is near: a batch that is full of bytes has more, unless all are of the longest. */
export const NEAR_END_ENTRIES = 128

/** With fewer than this folding keeps up with what streams in; with more it has been left behind, or replays. */
export const STREAM_ENTRIES_MAX = 2_048

/**
 * How long stopping waits for the thread that folds. It lets all others go first, so that on a machine with too much to do it may take many
 * seconds to end in order; the node as a whole has 5 s.
 */
export const STOP_MS_MAX = 1_000

/** How long new entries may gather before they are folded, while nobody waits for them: the index is written once a transaction. */
export const GATHER_MS = 25

/**
 * The same while messages stream in, as in a sync, and folding keeps up with them: a commit for a thousand costs each of them half of what one for
 * three hundred does.
 */
export const STREAM_GATHER_MS = 75

/**
 * First and longest wait before a refused transaction is tried again, or a thread that died is started again: a disk that is full for a moment
 * costs little, for a day no work.
 */
export const RETRY_MS_FIRST = 250
export const RETRY_MS_MAX = 30_000

/** Messages that one step of a mark takes out of the tables: a few milliseconds, full-text index included. */
export const WITHDRAWN_PER_STEP = 50

/** Messages that hang together and are judged at once when one of them comes, in some 20 ms; more are put off, and judged in steps. */
export const ROWS_AT_ONCE_MAX = 1_024

/** Messages that are judged in one transaction in which the log is folded, all groups together: as long as a long slice. */
export const ROWS_PER_TRANSACTION_MAX = 16_384

/** Messages of what was put off that are looked at, judged or written in one step, a transaction: some 20 ms. */
export const ROWS_PER_STEP = 512

/** Tags under which a message is listed and searched, as many as a node publishes. A peer could send tens of thousands in one message. */
export const TAGS_LISTED_MAX = 64

/** Values of at most this many characters are keys as they stand; longer ones, which only peers send, by their hash. */
export const LABEL_LENGTH_MAX = 64

/** interfaces.md: totals of filtered lists are counted so far and then left out. */
export const COUNTED_MAX = 10_000

/** Characters of one message that are indexed: all of the longest content, and room is left for no more than that. */
export const INDEXED_LENGTH_MAX = 65_536

/** Longer words without a space are keys and hashes, whose parts nobody looks for. */
export const IDENTIFIER_LENGTH_MAX = 64

/** Identifiers of one message that are indexed by their parts as well. */
export const IDENTIFIERS_MAX = 500

/** The newest matches that are ranked. Ranking every row of a word that stands in 400,000 takes 0.4 s; the newest 5,000 take 20 ms. */
export const CANDIDATES_MAX = 5_000

/** Words of one search: each costs a look into the index, and nobody types more. */
export const QUERY_WORDS_MAX = 32

/** Shorter beginnings are not completed: two letters may begin thousands of words, whose rows take a second to gather. */
export const PREFIX_LENGTH_MIN = 3

/** With fewer whole-word matches than this, about a page, words that begin with the last one match as well. */
export const FEW_MATCHES = 20

/** Characters of one hit in which a snippet is looked for: 200 hits of the longest content would take the reader a second. */
export const SNIPPET_SOURCE_LENGTH_MAX = 8_192

/** Words in a snippet. */
export const SNIPPET_WORDS = 24

/** How long a question waits for what was appended before it was asked; in a large sync, when that is far behind, it is answered without. */
export const FRESH_WAIT_MS = 25

/**
 * With no more entries to fold than this they certainly come soon, a few milliseconds of work: whoever just published waits for it, also on a
 * machine that has other things to do. A large sync is further behind at nearly every moment, so its answers wait no longer than before.
 */
export const FRESH_LAG_SMALL = 64
export const FRESH_WAIT_SMALL_MS = 1_000

/** With more entries to fold than this the wait would be in vain: so many take longer, at some 40 µs each and while a sync has the cores. */
export const FRESH_LAG_MAX = 512

/** How long a call waits for what its author claims to be judged, when that was put off: a thing of a hundred thousand messages takes some ten seconds. */
export const JUDGED_WAIT_MS = 30_000

/** Characters of a dispute's reason that are kept beside its target: what a reader wants to see of it. The whole is in the message. */
export const REASON_LENGTH_MAX = 300

/** Disputes of one message whose reasons an answer shows. */
export const DISPUTES_SHOWN_MAX = 3

/** protocols/content/profile: what a card names of what an agent can do. */
export const CAPABILITIES_MAX = 64

/** Code points of a description, role or host on a card: it is read in a list, and the message has the whole. */
export const CARD_TEXT_LENGTH_MAX = 500

/** Agents of one author who have cards, by the order of their names: as many as one machine runs. */
export const AGENTS_OF_AUTHOR_MAX = 64

/** Profiles of one agent, the latest, among which the one that holds is looked for: whoever takes back thousands makes nobody walk through them. */
export const PROFILES_LOOKED_AT_MAX = 64

/** Stances of one author on one message, the latest, among which the one that counts is looked for: as with profiles. */
export const STANCES_LOOKED_AT_MAX = 64

/** Names of authors that are kept: those of many pages of the longest list. */
export const NAMES_CACHED_MAX = 4_096

/** How long a name is kept for: profiles begin and end to hold without any entry that says so. */
export const NAMES_KEPT_MS = 10_000

/** Authors told of one name: whoever has to choose reads no more. */
export const CANDIDATES_TOLD_MAX = 20

/** protocols/content/message/1: critical messages of one author in an hour that count as such. */
export const CRITICAL_PER_HOUR_MAX = 60

/** The inbox is counted so far, which is more than anybody reads, and then its total is left out. */
export const INBOX_COUNTED_MAX = 1_000

/** Messages without a mark that are found by their blocks and put in order: some 10 ms of the reader. With more of them the walk is shorter. */
export const FEW_UNMARKED_MAX = 4_096

/** More than the agents of one machine have; each is a walk of its own through the messages to it. */
export const ROLES_MAX = 128

/** Responses to one query, the best first: nobody reads more, and each is ranked. */
export const ANSWERS_SHOWN_MAX = 100
