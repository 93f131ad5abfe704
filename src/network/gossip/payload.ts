// What a gossip message carries, as bytes and as a value. Schema: protocols/gossip/1/gossip.proto.

import { authorFromKey, FeedError, keyFromAuthor, SIGNATURE_BYTES } from '../../feed/index.ts'
import { ProtobufError, ProtobufReader, ProtobufWriter } from '../protobuf.ts'
import { PAYLOAD_BYTES_MAX } from './constants.ts'
import type { Author, Hash, Item } from '../../feed/index.ts'

export type Payload = ({ kind: 'item' } & Item) | ({ kind: 'announcement' } & Announcement)

/** That a message exists which is too large to be pushed. */
export interface Announcement {
  author: Author
  /** A hint: the signature does not cover it. */
  sequence: number
  hash: Hash
  /** The message's own, over its hash. */
  signature: Uint8Array
}

const KEY_BYTES = 32
const HASH_BYTES = 32

/** A message as it is pushed: whole when it is small enough, else announced. */
export function payloadOf(message: Announcement & { text: string }): { kind: Payload['kind']; payload: Uint8Array } {
  const { text, signature } = message
  // A text has at least as many bytes as characters.
  const isShort = text.length < PAYLOAD_BYTES_MAX
  const whole = isShort ? encodePayload({ kind: 'item', text: Buffer.from(text), signature }) : undefined
  if (whole !== undefined && whole.length <= PAYLOAD_BYTES_MAX) return { kind: 'item', payload: whole }
  return { kind: 'announcement', payload: encodePayload({ kind: 'announcement', ...message }) }
}

export function encodePayload(payload: Payload): Uint8Array {
  const writer = new ProtobufWriter()
  if (payload.kind === 'item') {
    writer.message(1, () => {
      writer.bytes(1, payload.text)
      writer.bytes(2, payload.signature)
    })
  } else {
    writer.message(2, () => {
      writer.bytes(1, keyFromAuthor(payload.author))
      writer.integer(2, payload.sequence)
      writer.hex(3, payload.hash)
      writer.bytes(4, payload.signature)
    })
  }
  return writer.finish()
}

/** Undefined for what is no payload. Byte fields are views of `bytes`. */
export function decodePayload(bytes: Uint8Array): Payload | undefined {
  try {
    return readPayload(new ProtobufReader(bytes))
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof FeedError) return undefined
    throw error
  }
}

function readPayload(reader: ProtobufReader): Payload {
  const payloads: Payload[] = []
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) payloads.push({ kind: 'item', ...readItem(reader.message()) })
    else if (field === 2) payloads.push({ kind: 'announcement', ...readAnnouncement(reader.message()) })
    else reader.skip()
  }
  const [payload, another] = payloads
  if (payload === undefined || another !== undefined) throw new ProtobufError('it is not one of Item and Announcement')
  return payload
}

function readItem(reader: ProtobufReader): Item {
  let text: Uint8Array | undefined
  let signature: Uint8Array | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) text = reader.bytes()
    else if (field === 2) signature = reader.bytesOf(SIGNATURE_BYTES)
    else reader.skip()
  }
  return { text: required(text), signature: required(signature) }
}

function readAnnouncement(reader: ProtobufReader): Announcement {
  let author: Author | undefined
  let sequence = 0
  let hash: Uint8Array | undefined
  let signature: Uint8Array | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) author = authorFromKey(reader.bytesOf(KEY_BYTES))
    else if (field === 2) sequence = reader.integer()
    else if (field === 3) hash = reader.bytesOf(HASH_BYTES)
    else if (field === 4) signature = reader.bytesOf(SIGNATURE_BYTES)
    else reader.skip()
  }
  if (sequence === 0) throw new ProtobufError('an announcement has no sequence')
  const hex = Buffer.from(required(hash)).toString('hex')
  return { author: required(author), sequence, hash: hex, signature: required(signature) }
}

function required<T>(value: T | undefined): T {
  if (value !== undefined) return value
  throw new ProtobufError('a field is absent')
}
