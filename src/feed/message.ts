// The shapes of a message on its way: a draft becomes sealed here, or sealed bytes of a peer become verified.

/** A feed's name: `@` + base64 of the 32-byte Ed25519 public key + `.ed25519`, 53 characters. */
export type Author = `@${string}.ed25519`

/** 64 lower-case hex characters: SHA-256 of a message's canonical text. */
export type Hash = string

/** What an author says before it is sealed. Absent fields are left out of the canonical text. */
export interface Draft {
  /** Any JSON value; numbers may be `JSON.rawJSON` tokens, so that a request's own spelling decides (`1.0` stays `1.0`). */
  content: unknown
  schemaId?: string
  /** Hash of the message this one answers or belongs to. */
  relates?: Hash
  tags?: readonly string[]
  traceId?: string
  spanId?: string
  /** RFC 3339 in UTC, as {@link Message.timestamp}. */
  expiresAt?: string
}

/** The envelope of a message, read from its canonical text. */
export interface Message {
  author: Author
  /** 1 for the first message of a feed, then one more each. */
  sequence: number
  /** Hash of the message before it; null exactly at sequence 1. */
  previous: Hash | null
  /** RFC 3339 in UTC with `Z`, fraction of 0, 3, 6 or 9 digits, as its author claims. */
  timestamp: string
  /** Canonical JSON text of the content, a slice of the signed text. */
  content: string
  schemaId?: string
  relates?: Hash
  /** Empty when the field is absent. */
  tags: readonly string[]
  traceId?: string
  spanId?: string
  expiresAt?: string
}

/** A message with the exact text that was signed. Nothing is ever re-serialised: this text is stored, sent and answered. */
export interface SealedMessage extends Message {
  /** The canonical text, verbatim. */
  text: string
  hash: Hash
  /** 64 bytes, Ed25519 over the 64 ASCII characters of `hash`. */
  signature: Uint8Array
}

/** A message as it crosses a wire: the signed bytes and the signature, both unproven. */
export interface Item {
  /** UTF-8 of the canonical text. */
  text: Uint8Array
  signature: Uint8Array
}
