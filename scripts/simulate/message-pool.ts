// All messages of a simulation, each once: thousands of nodes hold the same ones. Opened and verified by feed/, once each; whoever meets the
// same bytes again gets the same answer, as he would by verifying again.

import { createPublicKey, verify } from 'node:crypto'
import { FeedError, keyFromAuthor, openItem, sealMessage } from '../../src/feed/index.ts'
import type {
  Author,
  Draft,
  FeedErrorCode,
  FeedHead,
  Hash,
  Identity,
  Item,
  SealedMessage,
} from '../../src/feed/index.ts'
import type { Envelope } from '../../src/log/index.ts'

/** A message that was verified. */
export class Carried {
  readonly message: SealedMessage
  readonly item: Item
  #envelope: Envelope | undefined

  constructor(message: SealedMessage) {
    this.message = message
    this.item = { text: Buffer.from(message.text), signature: message.signature }
  }

  get envelope(): Envelope {
    this.#envelope ??= JSON.parse(this.message.text) as Envelope // Our own, or verified.
    return this.#envelope
  }
}

interface Known {
  text: Uint8Array
  answer: Carried | FeedErrorCode
}

export class MessagePool {
  readonly #bySignature = new Map<string, Known[]>()
  readonly #byHash = new Map<Hash, Carried>()
  readonly #keys = new Map<Author, string>()

  /** Seals a draft behind a head. */
  seal(draft: Draft, head: FeedHead, timestamp: string, identity: Identity): Carried {
    const carried = new Carried(sealMessage(draft, head, timestamp, identity))
    this.#remember(carried.item, carried)
    return carried
  }

  /** The message that these bytes are, or what is wrong with them. */
  open(item: Item): Carried | FeedErrorCode {
    const known = this.#bySignature.get(signatureKey(item))?.find(({ text }) => Buffer.compare(text, item.text) === 0)
    if (known !== undefined) return known.answer
    const answer = openAndVerify(item)
    this.#remember(item, answer)
    return answer
  }

  byHash(hash: Hash): Carried | undefined {
    return this.#byHash.get(hash)
  }

  /** By this heads are sorted: the bytes of the author's key. */
  keyOf(author: Author): string {
    const known = this.#keys.get(author)
    if (known !== undefined) return known
    const key = Buffer.from(keyFromAuthor(author)).toString('latin1')
    this.#keys.set(author, key)
    return key
  }

  #remember({ text, signature }: Item, answer: Carried | FeedErrorCode): void {
    const key = signatureKey({ text, signature })
    this.#bySignature.set(key, [...(this.#bySignature.get(key) ?? []), { text: Buffer.from(text), answer }])
    if (answer instanceof Carried) this.#byHash.set(answer.message.hash, answer)
  }
}

function signatureKey({ signature }: Item): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.length).toString('latin1')
}

function openAndVerify(item: Item): Carried | FeedErrorCode {
  try {
    const message = openItem({ text: Buffer.from(item.text), signature: Buffer.from(item.signature) })
    const x = Buffer.from(keyFromAuthor(message.author)).toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const isRight = verify(null, Buffer.from(message.hash, 'latin1'), key, message.signature)
    return isRight ? new Carried(message) : 'FEED_SIGNATURE_INVALID'
  } catch (error) {
    if (error instanceof FeedError) return error.code
    throw error
  }
}
