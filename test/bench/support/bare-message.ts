// Messages taken apart beforehand, so that bare limits pay for nothing but what they measure.

import { createPublicKey, hash as digest, type KeyObject, verify } from 'node:crypto'
import { keyFromAuthor } from '../../../src/feed/index.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { MessageEntry } from '../../../src/log/index.ts'

/** A message as columns and as what its signature is checked with. */
export interface BareMessage {
  feed: number
  sequence: number
  hash: string
  signature: Uint8Array
  text: string
  bytes: Uint8Array
  title: string
  body: string
  key: KeyObject
}

/** Takes messages apart. */
export function bareMessages(messages: readonly MessageEntry[]): BareMessage[] {
  const feeds = new Map<Author, { feed: number; key: KeyObject }>()
  return messages.map(({ author, sequence, hash, signature, text, envelope }) => {
    const known = feeds.get(author) ?? { feed: feeds.size + 1, key: publicKeyOf(author) }
    feeds.set(author, known)
    const { title, observation: body } = envelope.content as { title: string; observation: string } // As sealed-feeds.ts made it.
    return { ...known, sequence, hash, signature, text, bytes: Buffer.from(text), title, body }
  })
}

/** Hashes the text and checks the signature on the thread pool. */
export function verifyBare({ bytes, key, signature }: BareMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const hash = Buffer.from(digest('sha256', bytes, 'hex'), 'latin1')
    verify(null, hash, key, signature, (error, isValid) => {
      if (isValid) resolve()
      else reject(error ?? new Error('A prepared message has a wrong signature.'))
    })
  })
}

function publicKeyOf(author: Author): KeyObject {
  const x = Buffer.from(keyFromAuthor(author)).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
