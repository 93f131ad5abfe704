// The limits of the log, each with its reason.

/** Authors that one node follows. They cross a wire in one frame, whose decoding checks each key: protocols/replicate/1 §3 has the same limit. */
export const FOLLOWS_MAX = 2_048

/** Topics that one node keeps: each is looked for in every message that a peer serves us. */
export const TOPICS_MAX = 64

/** A topic, in UTF-8 bytes: twice the longest tag that a node of ours publishes. */
export const TOPIC_BYTES_MAX = 256

/** Authors that one node blocks: every list leaves them out, so that each costs a little on every question. */
export const BLOCKS_MAX = 4_096

/** Retention policies of one node: each is carried out at every sweep. */
export const POLICIES_MAX = 64

/** A fork needs no more evidence than what stands at its point and one beyond (protocols/message/1, "Forks"). */
export const EVIDENCE_BEYOND_FORK = 1

/** How long a key stands for the message that was published under it: whoever lost an answer asks again within minutes. */
export const PUBLISHED_KEYS_MS = 24 * 60 * 60 * 1000

/** Keys that are kept, some 20 MB as a rule; beyond them the oldest go before their time. */
export const PUBLISHED_KEYS_MAX = 100_000

/** Old keys that leave with each new one: more than come, and too few to be felt. */
export const PUBLISHED_KEYS_FORGOTTEN_AT_ONCE = 8
