// The limits of hooks, each with its reason.

/** Messages that may be finished beyond one that is not: each is a row in the store until the cursor passes it. */
export const AHEAD_MAX = 1_000

/** Entries looked at in one turn of the main thread: a few milliseconds, also when each is written down. */
export const ENTRIES_AT_ONCE = 64

/** Entries that a hook passes over before it writes down how far it is: after a crash they are passed over again, which harms nobody. */
export const PASSED_UNSAVED_MAX = 1_000

/** Dead letters of one hook; the oldest go first. Each holds some KiB of output at most. */
export const LETTERS_MAX = 1_000

/** Between two retries, however often the delay was doubled. */
export const RETRY_DELAY_MS_MAX = 5 * 60_000

/** Between two tries at something of our own: reading the log, writing progress. The disk may be full for long. */
export const OWN_RETRY_DELAY_MS = 1_000

/** After SIGTERM, before SIGKILL. A node that stops has five seconds in all. */
export const TERM_GRACE_MS = 2_000

/** How often it is looked whether the processes that a command left behind have ended. */
export const GROUP_POLL_MS = 100

/** Of what a command prints on each stream, or a receiver answers, kept for a dead letter. */
export const OUTPUT_CHARACTERS_KEPT = 1_024

/** What a command may print at full speed; behind it, it is read slowly, so that one that prints gigabytes only slows itself. */
export const OUTPUT_BYTES_FREE = 256 * 1024

/** Between two reads of a command that has printed more than that: some MiB a second. */
export const OUTPUT_PAUSE_MS = 20

/** A variable of the environment, or a header, that comes from a message. Peers choose it, and the whole environment has a limit. */
export const VARIABLE_CHARACTERS_MAX = 512

/** For what a command that failed had printed last and is still to be read. */
export const LAST_WORDS_MS = 200

/** Read of what a receiver answers; what is beyond it is cut off. */
export const ANSWER_BYTES_MAX = 64 * 1024
