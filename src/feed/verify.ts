// What a peer sends, on its way in: bytes become a message whose text is proven, then whose signature is.

import { isUtf8 } from 'node:buffer'
import { hash as digest, verify } from 'node:crypto'
import { keyFromAuthor } from './author.ts'
import { boundedMap } from './bounded-map.ts'
import { SIGNATURE_BYTES, TEXT_BYTES_MAX, VERIFIERS_CACHED_MAX } from './constants.ts'
import { readMessage } from './envelope.ts'
import { FeedError } from './errors.ts'
import { publicKeyOf } from './raw-keys.ts'
import { isOfSmallOrder } from './small-order.ts'
import type { KeyObject } from 'node:crypto'
import type { Author, Hash, Item, SealedMessage } from './message.ts'

type Signed = Pick<SealedMessage, 'author' | 'hash' | 'signature'>

/** Importing a key takes as long as a tenth of a verification, and most messages come from authors seen a moment ago. */
const verifiers = boundedMap<Author, KeyObject>(VERIFIERS_CACHED_MAX)

/**
 * Reads an item: everything but the signature is checked, and the hash is computed.
 *
 * @throws FeedError with any code but `FEED_HASH_MISMATCH`; `FEED_SIGNATURE_INVALID` only for a signature that is not 64 bytes
 */
export function openItem(item: Item): SealedMessage {
  const { text: bytes, signature } = item
  if (bytes.length > TEXT_BYTES_MAX) {
    throw new FeedError(
      'FEED_TOO_LARGE',
      `The text is ${bytes.length} bytes; at most ${TEXT_BYTES_MAX} are accepted.`,
      {
        field: 'text',
        bytes: bytes.length,
        limit: TEXT_BYTES_MAX,
      },
    )
  }
  if (!isUtf8(bytes)) throw new FeedError('FEED_NOT_CANONICAL', 'The text is not valid UTF-8.')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  const message = readMessage(text)
  if (signature.length !== SIGNATURE_BYTES) {
    throw new FeedError('FEED_SIGNATURE_INVALID', `The signature is ${signature.length} bytes, not ${SIGNATURE_BYTES}.`)
  }
  return { ...message, text, hash: digest('sha256', bytes, 'hex'), signature }
}

/** Whether the signature is the author's over this hash, at once. */
export function isSigned({ author, hash, signature }: Signed): boolean {
  // Spec §4. OpenSSL before 3.5, as Node 22 has it, does not look.
  return !isOfSmallOrder(signature) && verify(null, Buffer.from(hash, 'latin1'), verifierOf(author), signature)
}

/** As {@link isSigned}, on the thread pool: ask for many at once. */
export async function verifySignature(message: Signed): Promise<boolean> {
  if (isOfSmallOrder(message.signature)) return false
  return new Promise((resolve, reject) => {
    const signed = Buffer.from(message.hash, 'latin1')
    verify(null, signed, verifierOf(message.author), message.signature, (error, isValid) => {
      if (error) reject(error)
      else resolve(isValid)
    })
  })
}

/**
 * Compares the hash of a canonical text with one that somebody claims for it (an export, a vector).
 *
 * @throws FeedError `FEED_HASH_MISMATCH`
 */
export function checkHash(text: Uint8Array, claimed: Hash): void {
  const hash = digest('sha256', text, 'hex')
  if (hash === claimed) return
  throw new FeedError('FEED_HASH_MISMATCH', 'The claimed hash is not the hash of the text.', { claimed, hash })
}

function verifierOf(author: Author): KeyObject {
  const known = verifiers.get(author)
  if (known !== undefined) return known
  const key = publicKeyOf('Ed25519', keyFromAuthor(author))
  verifiers.set(author, key)
  return key
}
