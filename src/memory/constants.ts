// The limits of memories, each with its reason.

/** Local memories of one node: what agents write by hand in decades, and small enough that any question about them takes milliseconds. */
export const LOCAL_MEMORIES_MAX = 100_000

/** Retracts of one memory that are undone at once: somebody may have retracted it more than once. */
export const RETRACTS_UNDONE_MAX = 16

/** Words by which similar memories are looked for: the longest of a text say most about it, and each pair of them costs a look. */
export const TELLING_WORDS_MAX = 6

/** Memories that are compared word by word, those that share most of the telling words. */
export const SIMILAR_COMPARED_MAX = 12

/** Similar memories that an answer names. */
export const SIMILAR_TOLD_MAX = 3

/** Words of a text that are compared: what a text is about shows within its first pages. */
export const WORDS_COMPARED_MAX = 2_000

/**
 * Share of words in common (of both together) from which two memories are called similar. Of notes about one thing that differ in a detail
 * the pairs lie above it, of notes of one domain about different things below: test/memory/similar.test.ts.
 */
export const SIMILAR_FROM = 0.35

/** Local memories that one question ranks: a question has some good answers, and a page has at most 200. */
export const LOCAL_HITS_MAX = 200

/** Local memories with only some of the words of a question, when none has all: worth a glance, and no more of the page. */
export const LOCAL_GLANCES_MAX = 3
