// Writes the vectors of protocols/gossip/1. Authors are seeds 0x01 × 32 and 0x02 × 32. Run it after a change here:
// node scripts/make-gossip-vectors.ts

import { hash as digest } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createIdentity, keyFromAuthor, sealMessage } from '../src/feed/index.ts'
import { encodePayload } from '../src/network/gossip/payload.ts'
import { ProtobufWriter } from '../src/network/protobuf.ts'
import type { Draft, FeedHead, SealedMessage } from '../src/feed/index.ts'

const FOLDER = new URL('../protocols/gossip/1/vectors/', import.meta.url)
const PAYLOAD_BYTES_MAX = 16_384

const alice = createIdentity(new Uint8Array(32).fill(1))
const bob = createIdentity(new Uint8Array(32).fill(2))

/** A payload as a node meets it. */
interface Met {
  from?: string
  times?: number
  expect: 'accept' | { ignore: string } | { reject: string }
}

const [first, second, third] = chain({ content: 'first' }, { content: 'second' }, { content: 'third' }) as Chain
type Chain = [SealedMessage, SealedMessage, SealedMessage]

/** The content of each file, by its name. */
export const vectorFiles: Readonly<Record<string, string>> = {
  'payloads.json': fileOf('Payloads and their meaning, or { "ignore": "shape" } for bytes that are none.', payloads()),
  'validation.json': fileOf(
    'What becomes of payloads. All signed by the seed 0x01 × 32 unless a name says otherwise.',
    validation(),
  ),
}

if (import.meta.main) {
  for (const [name, content] of Object.entries(vectorFiles)) writeFileSync(new URL(name, FOLDER), content)
}

function fileOf(comment: string, vectors: readonly object[]): string {
  const about = `Made by scripts/make-gossip-vectors.ts. ${comment}`
  const keys = { author: alice.author, now: Date.UTC(2026, 0, 1) }
  return `${JSON.stringify({ comment: about, ...keys, vectors }, null, 1)}\n`
}

function payloads(): object[] {
  const { author, sequence, hash } = second
  const signature = hex(second.signature)
  const item = { item: { text: second.text, signature } }
  const announcement = { announcement: { author, sequence, hash, signature } }
  const largest = { ...second, sequence: Number.MAX_SAFE_INTEGER }
  const none = { expect: { ignore: 'shape' } }
  const fields = (change: Partial<Fields>) => hex(announcementOf({ ...fieldsOf(second), ...change }))
  return [
    { name: 'an item', payload: hex(itemOf(second)), means: item },
    { name: 'an announcement', payload: hex(announced(second)), means: announcement },
    {
      name: 'an announcement of the largest sequence',
      payload: hex(announced(largest)),
      means: { announcement: { ...announcement.announcement, sequence: largest.sequence } },
    },
    { name: 'unknown fields are skipped', payload: `${hex(itemOf(second))}1a0161`, canonical: false, means: item },
    { name: 'an item whose signature stands first', payload: hex(swapped(second)), canonical: false, means: item },
    { name: 'no bytes', payload: '', ...none },
    { name: 'only an unknown field', payload: '1a0161', ...none },
    { name: 'an item and an announcement', payload: hex(itemOf(second)) + hex(announced(second)), ...none },
    { name: 'two items', payload: hex(itemOf(first)) + hex(itemOf(second)), ...none },
    { name: 'an item without a text', payload: hex(parts(1, [undefined, second.signature])), ...none },
    { name: 'an item without a signature', payload: hex(parts(1, [Buffer.from(second.text)])), ...none },
    ...[63, 65].map((length) => ({
      name: `an item with a signature of ${length} bytes`,
      payload: hex(parts(1, [Buffer.from(second.text), Buffer.alloc(length)])),
      ...none,
    })),
    { name: 'an announcement without an author', payload: fields({ author: undefined }), ...none },
    { name: 'an author of 31 bytes', payload: fields({ author: Buffer.alloc(31, 9) }), ...none },
    { name: 'an author of small order', payload: fields({ author: Buffer.alloc(32) }), ...none },
    { name: 'an announcement without a sequence', payload: fields({ sequence: undefined }), ...none },
    { name: 'sequence 0', payload: fields({ sequence: 0 }), ...none },
    { name: 'sequence 2^53', payload: fields({ sequence: 2 ** 53 }), ...none },
    { name: 'an announcement without a hash', payload: fields({ hash: undefined }), ...none },
    { name: 'a hash of 33 bytes', payload: fields({ hash: Buffer.alloc(33) }), ...none },
    { name: 'an announcement without a signature', payload: fields({ signature: undefined }), ...none },
    { name: 'a signature of 63 bytes', payload: fields({ signature: Buffer.alloc(63) }), ...none },
    { name: 'an item that is cut off', payload: hex(itemOf(second)).slice(0, -2), ...none },
    { name: 'text that is no protobuf', payload: hex(Buffer.from('GET / HTTP/1.1\r\n\r\n')), ...none },
  ]
}

function validation(): object[] {
  const accept = 'accept'
  const ignore = (reason: string) => ({ ignore: reason })
  const reject = (code: string) => ({ reject: code })
  const met = (bytes: Uint8Array, expect: Met['expect'], more: Partial<Met> = {}): object => ({
    payload: hex(bytes),
    ...more,
    expect,
  })
  const held = (...messages: readonly SealedMessage[]) =>
    messages.map(({ text, signature }) => ({ text, signature: hex(signature) }))
  const forged = { ...second, signature: Buffer.from(bob.sign(second.hash)) }
  const signed = (text: string): SealedMessage => ({
    ...second,
    text,
    signature: Buffer.from(alice.sign(digest('sha256', text, 'hex'))),
  })
  const [, branch] = chain({ content: 'first' }, { content: 'another second' }) as Chain
  const [expired] = chain({ content: 'gone', expiresAt: '2025-12-31T23:59:59Z' }) as Chain
  const [living] = chain({ content: 'here', expiresAt: '2026-01-01T00:00:01Z' }) as Chain
  const many = chain(...Array.from({ length: 51 }, (_, index) => ({ content: index })))
  return [
    { name: 'an item whose predecessor is held', held: held(first), payloads: [met(itemOf(second), accept)] },
    { name: 'an item with a gap below it', held: held(first), payloads: [met(itemOf(third), accept)] },
    { name: 'an announcement', held: held(first), payloads: [met(announced(second), accept)] },
    { name: 'an item of exactly 16,384 bytes', payloads: [{ ...partsOf(sized(PAYLOAD_BYTES_MAX)), expect: accept }] },
    {
      name: 'an item of 16,385 bytes',
      payloads: [{ ...partsOf(sized(PAYLOAD_BYTES_MAX + 1)), expect: ignore('size') }],
    },
    { name: 'a payload that is none', payloads: [met(Buffer.from('garbage'), ignore('shape'))] },
    { name: 'an item that is held', held: held(first), payloads: [met(itemOf(first), ignore('held'))] },
    {
      name: 'the announcement of a message that is held',
      held: held(first),
      payloads: [met(announced(first), ignore('held'))],
    },
    {
      name: 'an announcement a second time, in other bytes, and with another sequence',
      payloads: [
        met(announced(second), accept),
        met(announced(second), ignore('held'), { from: 'another' }),
        met(Buffer.concat([announced(second), Buffer.from('1a0161', 'hex')]), ignore('held')),
        met(announced({ ...second, sequence: 9 }), ignore('held')),
        met(itemOf(second), accept),
      ],
    },
    { name: 'an item of a blocked author', blocked: [alice.author], payloads: [met(itemOf(first), ignore('blocked'))] },
    {
      name: 'an announcement of a blocked author',
      blocked: [alice.author],
      payloads: [met(announced(first), ignore('blocked'))],
    },
    { name: 'an item that has expired', payloads: [met(itemOf(expired), ignore('expired'))] },
    { name: 'an item that expires a second later', payloads: [met(itemOf(living), accept)] },
    {
      name: 'evidence of a fork, and what comes behind it',
      held: held(first, second),
      payloads: [met(itemOf(branch), ignore('forked')), met(itemOf(third), ignore('forked'))],
    },
    {
      name: 'an item with the signature of another',
      payloads: [met(itemOf(forged), reject('FEED_SIGNATURE_INVALID'))],
    },
    {
      name: 'an announcement with the signature of another',
      payloads: [met(announced(forged), reject('FEED_SIGNATURE_INVALID'))],
    },
    {
      name: 'a forged announcement does not hide the true one',
      payloads: [met(announced(forged), reject('FEED_SIGNATURE_INVALID')), met(announced(second), accept)],
    },
    {
      name: 'white space in a text',
      payloads: [met(itemOf(signed(second.text.replace(':', ': '))), reject('FEED_NOT_CANONICAL'))],
    },
    {
      name: 'an author that is no key',
      payloads: [
        met(
          itemOf(signed(second.text.replace(alice.author, `@${'A'.repeat(43)}=.ed25519`))),
          reject('FEED_AUTHOR_INVALID'),
        ),
      ],
    },
    {
      name: 'sequence 0',
      payloads: [
        met(itemOf(signed(first.text.replace('"sequence":1', '"sequence":0'))), reject('FEED_SEQUENCE_INVALID')),
      ],
    },
    {
      name: 'a predecessor at sequence 1',
      payloads: [
        met(itemOf(signed(second.text.replace('"sequence":2', '"sequence":1'))), reject('FEED_PREVIOUS_INVALID')),
      ],
    },
    {
      name: 'fifty payloads of one peer in one moment, one more, and one of another peer',
      payloads: [
        met(Buffer.from('garbage'), ignore('shape'), { times: 50 }),
        met(itemOf(first), ignore('peer_rate')),
        met(itemOf(first), accept, { from: 'another' }),
      ],
    },
    {
      name: 'fifty payloads of one author in one moment, and one more',
      payloads: many.map((message, index) =>
        met(announced(message), index < 50 ? accept : ignore('author_rate'), {
          from: index % 2 === 0 ? 'one' : 'another',
        }),
      ),
    },
    {
      name: 'forgeries do not count towards an author',
      payloads: [
        met(announced(forged), reject('FEED_SIGNATURE_INVALID'), { times: 50 }),
        ...many.slice(0, 50).map((message) => met(announced(message), accept, { from: 'another' })),
      ],
    },
  ]
}

/** Messages of the first author, one behind the other. */
function chain(...drafts: readonly Draft[]): SealedMessage[] {
  let head: FeedHead = { sequence: 0, hash: undefined }
  return drafts.map((draft) => {
    const message = sealMessage(draft, head, '2026-01-01T00:00:00Z', alice)
    head = message
    return message
  })
}

/** A first message whose item has exactly this many bytes. */
function sized(bytes: number): SealedMessage {
  const [short] = chain({ content: 'x'.repeat(15_000) }) as Chain
  const [message] = chain({ content: 'x'.repeat(15_000 + bytes - itemOf(short).length) }) as Chain
  return message
}

function itemOf({ text, signature }: SealedMessage): Uint8Array {
  return encodePayload({ kind: 'item', text: Buffer.from(text), signature })
}

function announced(message: SealedMessage): Uint8Array {
  return encodePayload({ kind: 'announcement', ...message })
}

interface Fields {
  author: Uint8Array | undefined
  sequence: number | undefined
  hash: Uint8Array | undefined
  signature: Uint8Array | undefined
}

function fieldsOf({ author, sequence, hash, signature }: SealedMessage): Fields {
  return { author: keyFromAuthor(author), sequence, hash: Buffer.from(hash, 'hex'), signature }
}

/** Whatever is given, also what no encoder writes. */
function announcementOf({ author, sequence, hash, signature }: Fields): Uint8Array {
  const writer = new ProtobufWriter()
  writer.message(2, () => {
    writer.bytes(1, author)
    writer.integer(2, sequence)
    writer.bytes(3, hash)
    writer.bytes(4, signature)
  })
  return writer.finish()
}

function parts(field: number, [text, signature]: (Uint8Array | undefined)[]): Uint8Array {
  const writer = new ProtobufWriter()
  writer.message(field, () => {
    writer.bytes(1, text)
    writer.bytes(2, signature)
  })
  return writer.finish()
}

function swapped({ text, signature }: SealedMessage): Uint8Array {
  const writer = new ProtobufWriter()
  writer.message(1, () => {
    writer.bytes(2, signature)
    writer.bytes(1, Buffer.from(text))
  })
  return writer.finish()
}

/** The long run of one letter in a payload is written as what repeats. */
function partsOf(message: SealedMessage): object {
  const bytes = Buffer.from(itemOf(message))
  const [run = ''] = /x{9,}/.exec(bytes.toString('latin1')) ?? []
  const at = bytes.indexOf(run)
  return {
    parts: [hex(bytes.subarray(0, at)), { repeat: '78', times: run.length }, hex(bytes.subarray(at + run.length))],
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
