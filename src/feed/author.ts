// The names of feeds and messages: an author is an Ed25519 public key in text form, a hash names one message.

import { boundedMap } from './bounded-map.ts'
import { AUTHORS_CACHED_MAX } from './constants.ts'
import { FeedError } from './errors.ts'
import { isOfSmallOrder } from './small-order.ts'
import type { Author, Hash } from './message.ts'

/** `@`, 44 characters of base64, `.ed25519`. */
export const AUTHOR_LENGTH = 53

const KEY_BYTES = 32
const SUFFIX = '.ed25519'

/** Every message names its author, and there are few authors: what was once accepted is not decoded again. */
const accepted = boundedMap<string, Uint8Array>(AUTHORS_CACHED_MAX)

/**
 * The text form of a public key.
 *
 * @param key - 32 bytes
 * @throws FeedError `FEED_AUTHOR_INVALID` when no feed can have this key
 */
export function authorFromKey(key: Uint8Array): Author {
  const author: Author = `@${Buffer.from(key).toString('base64')}${SUFFIX}`
  if (isAuthor(author)) return author
  throw invalidAuthor(author)
}

/**
 * The 32-byte public key that an author's name stands for; a copy, the caller's own.
 *
 * @throws FeedError `FEED_AUTHOR_INVALID` for text that is not the one spelling of a key of full order
 */
export function keyFromAuthor(author: string): Uint8Array {
  const key = acceptedKey(author)
  if (key !== undefined) return key.slice()
  throw invalidAuthor(author)
}

/** Whether a value is an author's name that `keyFromAuthor` accepts. */
export function isAuthor(text: unknown): text is Author {
  return typeof text === 'string' && acceptedKey(text) !== undefined
}

/** Whether a value is 64 lower-case hex characters. */
export function isHash(text: unknown): text is Hash {
  return typeof text === 'string' && text.length === 64 && /^[0-9a-f]+$/.test(text)
}

function acceptedKey(text: string): Uint8Array | undefined {
  if (text.length !== AUTHOR_LENGTH) return undefined
  const known = accepted.get(text)
  if (known !== undefined) return known
  const key = decodeKey(text)
  if (key !== undefined) accepted.set(text, key)
  return key
}

/** Base64 has several spellings of the same bytes (spare bits, the URL alphabet): only the one we would write is a name. */
function decodeKey(text: string): Uint8Array | undefined {
  if (!text.startsWith('@') || !text.endsWith(SUFFIX)) return undefined
  const base64 = text.slice(1, -SUFFIX.length)
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== base64) return undefined
  return isCanonicalPoint(bytes) && !isOfSmallOrder(bytes) ? Uint8Array.from(bytes) : undefined
}

/** RFC 8032 §5.1.3: y must be below p = 2^255 − 19, else one point would have two names. */
function isCanonicalPoint(key: Uint8Array): boolean {
  const [lowest = 0, ...others] = key
  const highest = (others.pop() ?? 0) & 0x7f
  return lowest < 0xed || highest !== 0x7f || others.some((byte) => byte !== 0xff)
}

function invalidAuthor(found: string): FeedError {
  return new FeedError(
    'FEED_AUTHOR_INVALID',
    'An author must be @, the base64 of a 32-byte Ed25519 public key of full order, and .ed25519.',
    { found: found.slice(0, 2 * AUTHOR_LENGTH) },
  )
}
