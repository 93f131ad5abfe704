// The limits of memories, each with its reason.

/** Local memories of one node: what agents write by hand in decades, and small enough that any question about them takes milliseconds. */
export const LOCAL_MEMORIES_MAX = 100_000

/** How often expired local memories are looked for, by an index: what was to be forgotten at noon is. */
export const EXPIRY_LOOKED_FOR_MS = 60_000

/** Expired local memories that are removed at once, on the main thread: a few milliseconds, with their words in the index. */
export const EXPIRED_PER_STEP = 64

/** Retracts of one memory that one call undoes, each by a message: whoever has more of them calls again. */
export const RETRACTS_UNDONE_MAX = 256

/** Words by which similar memories are looked for: the longest of a text say most about it, and each pair of them costs a look. */
export const TELLING_WORDS_MAX = 6

/** Memories that are compared word by word, those that share most of the telling words. */
export const SIMILAR_COMPARED_MAX = 8

/** Similar memories that an answer names. */
export const SIMILAR_TOLD_MAX = 3

/** Words of a text that are compared: what a text is about shows within its first pages. */
export const WORDS_COMPARED_MAX = 2_000

/**
 * Share of words in common (of both together) from which two memories are called similar. Of the 45 notes in test/recall that take the place
 * of an older one, nine in ten share more than this with it, half of them 0.84; a lower share finds hardly more of those, and twice as many
 * others.
 */
export const SIMILAR_FROM = 0.5

/** Local memories that one question ranks: a question has some good answers, and a page has at most 200. */
export const LOCAL_HITS_MAX = 200

/** Local memories with only some of the words of a question, when none has all: worth a glance, and no more of the page. */
export const LOCAL_GLANCES_MAX = 3
