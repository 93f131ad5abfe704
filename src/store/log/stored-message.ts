// A message as it is read back: plain facts at once, the parsed envelope when somebody asks for it.

import type { Author, Hash } from '../../feed/index.ts'
import type { Envelope, Link, MessageEntry, NewMessage } from '../../log/index.ts'

type Facts = Omit<MessageEntry, 'kind' | 'envelope'>

/** {@link MessageEntry} over one row. */
export class StoredMessage implements MessageEntry {
  readonly kind = 'message'
  readonly offset: number
  readonly feed: number
  readonly author: Author
  readonly sequence: number
  readonly hash: Hash
  readonly text: string
  readonly signature: Uint8Array
  readonly receivedAt: number
  declare readonly receivedFrom?: string
  readonly link: Link
  readonly inEffect: boolean
  #envelope: Envelope | undefined

  constructor(facts: Facts) {
    this.offset = facts.offset
    this.feed = facts.feed
    this.author = facts.author
    this.sequence = facts.sequence
    this.hash = facts.hash
    this.text = facts.text
    this.signature = facts.signature
    this.receivedAt = facts.receivedAt
    if (facts.receivedFrom !== undefined) this.receivedFrom = facts.receivedFrom
    this.link = facts.link
    this.inEffect = facts.inEffect
  }

  get envelope(): Envelope {
    // The text was proved canonical before it was stored, so its shape is known.
    this.#envelope ??= JSON.parse(this.text) as Envelope
    return this.#envelope
  }
}

/** A message that was just appended, as it would be read from its row. */
export function storedAt(offset: number, message: NewMessage): StoredMessage {
  const { feed, sequence, hash, text, signature, receivedAt, receivedFrom, link } = message
  const inEffect = feed.forkedAt === undefined || sequence < feed.forkedAt
  const { id, author } = feed
  const from = receivedFrom !== undefined && { receivedFrom }
  return new StoredMessage({
    offset,
    feed: id,
    author,
    sequence,
    hash,
    text,
    signature,
    receivedAt,
    ...from,
    link,
    inEffect,
  })
}
