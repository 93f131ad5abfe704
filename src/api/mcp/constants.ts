// The limits of the MCP endpoint, each with its reason.

/** Tokens of an answer when the caller does not say: interfaces.md, "MCP". */
export const TOKENS_DEFAULT = 2_000

/** The least that an answer can be asked to keep to: its frame and one message that is cut short fit. */
export const TOKENS_MIN = 400

/** The most that an answer can be asked for: any message fits whole, unless its text is made of escapes. */
export const TOKENS_MAX = 32_000

/** Bytes of UTF-8 in a token, as it is counted here: prose has four, hashes and keys two, JSON is between them. */
export const BYTES_PER_TOKEN = 3

/** Messages of one batch: an agent has a handful of calls at once, and each of them is answered before any is sent. */
export const BATCH_MAX = 50

/** Characters of a client's name that are kept: what it is shown by. */
export const CLIENT_NAME_LENGTH_MAX = 64

/** Bytes of a title in an index. */
export const TITLE_BYTES_MAX = 120

/** Bytes of what a message says in an index: two lines, enough to tell whether to fetch it. */
export const SNIPPET_BYTES_MAX = 240

/** Bytes of a type or name in an index. */
export const WORD_BYTES_MAX = 48

/** The least bytes of an index entry and of a whole message, by which it is known how many can fit at most. */
export const ENTRY_BYTES_MIN = 170
export const MESSAGE_BYTES_MIN = 420

/** Text that is read before others have a turn: some milliseconds of parsing. */
export const TURN_LENGTH_MAX = 256 * 1024

/** Streams of changes at once; the connections of the server are bounded too. */
export const SUBSCRIPTIONS_MAX = 64

/** Changes are told this long after the first of them, each once, so that a sync of thousands is not told thousands of times. */
export const CHANGES_GATHERED_MS = 100
