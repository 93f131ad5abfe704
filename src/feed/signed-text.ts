// A message as one line of text: what was signed, then the hash and the signature of it. So it stands in answers, exports and hooks, and
// so it is read back.

import { FeedError } from './errors.ts'
import { checkHash } from './verify.ts'
import type { Item, SealedMessage } from './message.ts'

/**
 * The JSON text of a message. Whoever cuts it off before `,"hash":` and closes the brace has the bytes that were signed.
 *
 * @example signedText(message) // '{"author":"@…","sequence":1,…,"hash":"…","signature":"…"}'
 */
export function signedText({ text, hash, signature }: Pick<SealedMessage, 'text' | 'hash' | 'signature'>): string {
  return `${text.slice(0, -1)},"hash":"${hash}","signature":"${Buffer.from(signature).toString('base64')}"}`
}

/** What follows the signed text; what a node added behind the signature is not the author's. */
const SUFFIX = /,"hash":"(?<hash>[0-9a-f]{64})","signature":"(?<signature>[A-Za-z0-9+/]{86}==)"(?:,"local":\{.*)?\}$/y

/**
 * Reads one line of {@link signedText}, also with `local` behind it: bytes and signature as a peer would send them, so unproven.
 *
 * @throws FeedError `FEED_NOT_CANONICAL` when it has no hash and signature at its end; `FEED_HASH_MISMATCH`
 */
export function itemOfSignedText(line: string): Item {
  // Quotes stand escaped in strings, and nothing that this node adds has such a key: the last one is the message's own.
  const end = line.lastIndexOf(',"hash":"')
  SUFFIX.lastIndex = Math.max(0, end)
  const { hash, signature } = SUFFIX.exec(line)?.groups ?? {}
  if (hash === undefined || signature === undefined) throw withoutSignature()
  const text = Buffer.from(`${line.slice(0, end)}}`, 'utf8')
  checkHash(text, hash)
  return { text, signature: Buffer.from(signature, 'base64') }
}

function withoutSignature(): FeedError {
  return new FeedError(
    'FEED_NOT_CANONICAL',
    'The text does not end with ,"hash":"…","signature":"…"}; a message is expected as the API answers it, in one line.',
  )
}
