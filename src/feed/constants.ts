// The limits of a message. The first group is part of the format: both sides of a wire must agree on it.

/** Spec §5: canonical text of a content, in UTF-8 bytes. A message is a note; what is larger is a file. */
export const CONTENT_BYTES_MAX = 65_536

/** Spec §5: canonical text of a whole message, in UTF-8 bytes. Twice the content, so that envelope fields have room. */
export const TEXT_BYTES_MAX = 131_072

/** Spec §5: nesting of containers inside content, the outermost being 1. Within the stack of every JSON reader. */
export const DEPTH_MAX = 128

/** Spec §2: the largest sequence, 2^53 − 1. Beyond it JavaScript readers would round. */
export const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER

/** An Ed25519 signature, RFC 8032. */
export const SIGNATURE_BYTES = 64

/** Spec §7: a timestamp further ahead of our clock is accepted, and flagged to readers. */
export const CLOCK_SKEW_MS = 10 * 60 * 1000

// What we hold ourselves to when we publish (spec §10). A peer's message may go beyond, up to TEXT_BYTES_MAX.

/** Tags of one message that we publish: each is indexed and may be a topic. */
export const TAGS_MAX = 64

/** One tag that we publish, in UTF-8 bytes. */
export const TAG_BYTES_MAX = 128

/** schema_id, trace_id and span_id that we publish, each in UTF-8 bytes: they are names, not payload. */
export const NAME_BYTES_MAX = 256

/** Nesting that a request body may have: content's own, doubled, so that wrappers around it never decide. */
export const JSON_DEPTH_MAX = 2 * DEPTH_MAX

/**
 * Bytes of a request body's canonical text, counting one for a number and none for what is in a string: what the largest content and the
 * envelope around it stay below. A megabyte of numbers would hold the main thread for most of a second.
 */
export const JSON_SIZE_MAX = CONTENT_BYTES_MAX + 4_096

/** Author names whose key is kept decoded. Holds a network of ten thousand feeds in about 6 MB. */
export const AUTHORS_CACHED_MAX = 16_384

/** Public keys kept imported for verification, about 1 KB each. More feeds than one batch of arrivals touches. */
export const VERIFIERS_CACHED_MAX = 4_096
