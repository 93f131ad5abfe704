// Bytes that a peer may send, damaged or invented: each decoder refuses them by its own code or takes them, soon, and never something that is
// not canonical.

import {
  createIdentity,
  FeedError,
  formatTimestamp,
  itemOfSignedText,
  openItem,
  sealMessage,
  signedText,
} from '../../src/feed/index.ts'
import { decodePayload, encodePayload } from '../../src/network/gossip/payload.ts'
import { ReplicateError } from '../../src/network/replicate/errors.ts'
import { decodeFrame } from '../../src/network/replicate/frames/decode-frame.ts'
import { encodeFrame } from '../../src/network/replicate/frames/encode-frame.ts'
import { FrameSplitter } from '../../src/network/replicate/frames/frame-splitter.ts'
import { Chance } from './chance.ts'
import { rewriteMessage } from './second-route.ts'
import { Counts } from './suite.ts'
import type { Frame } from '../../src/network/replicate/frames/frames.ts'
import type { Suite } from './suite.ts'

/** goals.md, "decoder fuzzing". Time on a core, for other processes are no hang; nor is a collection of garbage: a slow input is given two more chances. */
const HANG_MS = 100
const CHANCES = 3

/** How often progress is told. */
const EVERY = 10_000

/** Share of inputs without any good bytes behind them. */
const INVENTED = 0.1
const INVENTED_BYTES_MAX = 200

interface Decoder {
  name: string
  /** Good inputs, to be damaged. */
  good: readonly Uint8Array[]
  /** Whether it takes them; refusals by any other error than its own are thrown. */
  takes(bytes: Buffer): boolean
}

const { author, ...identity } = createIdentity(new Uint8Array(32).fill(7))
const EMPTY = { sequence: 0, hash: undefined }
const MESSAGES = [
  { content: { type: 'insight', title: 'a', observation: 'é\n"\\' }, tags: ['x', 'y'], traceId: 't' },
  { content: [0, -1.5e-7, 1.25, true, null, { '': {}, k: [] }], expiresAt: '2030-01-01T00:00:00Z' },
  { content: '😀', schemaId: 's', relates: 'ab'.repeat(32), spanId: '' },
].map((draft) => sealMessage(draft, EMPTY, formatTimestamp(Date.UTC(2026, 0, 1)), { author, ...identity }))

const CURSOR = { offset: 300, check: '0123456789abcdef' }
const ITEMS = MESSAGES.map(({ text, signature }) => ({ text: Buffer.from(text), signature }))
const FRAMES: readonly Frame[] = [
  {
    kind: 'have',
    scope: 'all',
    heads: [{ author, sequence: 3, hash: CURSOR.check, floor: 1, arrival: 9, forked: false }],
  },
  { kind: 'have', scope: { authors: [author], topics: ['ants'] }, store: CURSOR.check, cursor: CURSOR, heads: [] },
  {
    kind: 'want',
    ranges: [{ id: 1, author, from: 1, to: 300 }],
    credit: 70_000,
    tails: [],
    live: 1,
    cancel: [1, 300],
    prefixes: ['0a'],
  },
  { kind: 'messages', id: 1, items: ITEMS },
  { kind: 'done', id: 1, upTo: 3, floor: 1, cursor: CURSOR, code: 'busy', retryMs: 1_000 },
]

const DECODERS: readonly Decoder[] = [
  {
    name: 'message',
    good: MESSAGES.map(({ text }) => Buffer.from(text)),
    takes: (text) =>
      refusals(FeedError, () => refuseUncanonical(openItem({ text, signature: new Uint8Array(64) }).text, text)),
  },
  {
    name: 'exported line',
    good: MESSAGES.map((message) => Buffer.from(signedText(message))),
    takes: (bytes) => refusals(FeedError, () => void itemOfSignedText(bytes.toString('utf8'))),
  },
  {
    name: 'frame',
    good: FRAMES.map((frame) => bodyOf(encodeFrame(frame))),
    takes: (bytes) => refusals(ReplicateError, () => void decodeFrame(bytes)),
  },
  {
    name: 'stream of frames',
    good: [Buffer.concat(FRAMES.map(encodeFrame))],
    takes: (bytes) =>
      refusals(ReplicateError, () => void [...new FrameSplitter().split(bytes)].map(({ body }) => decodeFrame(body))),
  },
  {
    name: 'gossip payload',
    good: MESSAGES.flatMap(({ text, hash, signature }) => [
      encodePayload({ kind: 'item', text: Buffer.from(text), signature }),
      encodePayload({ kind: 'announcement', author, sequence: 1, hash, signature }),
    ]),
    takes: (bytes) => decodePayload(bytes) !== undefined,
  },
]

export const decoders: Suite = {
  name: 'decoders',
  of: 'inputs',
  law: 'no crash, nothing slower than 100 ms, nothing accepted that is not canonical',
  sizes: { tests: 100_000, long: 50_000_000 },
  run: async (size, seed, reached) => {
    const chance = new Chance(seed)
    const taken = new Counts()
    let slowest = 0
    for (let done = 0; done < size; done++) {
      const decoder = chance.oneOf(DECODERS)
      const invented = chance.random() < INVENTED
      const bytes = Buffer.from(
        invented ? chance.bytes(chance.below(INVENTED_BYTES_MAX)) : chance.damaged(chance.oneOf(decoder.good)),
      )
      const { isTaken, ms } = tried(decoder, bytes)
      if (isTaken) taken.add(decoder.name)
      slowest = Math.max(slowest, ms)
      if (done % EVERY === 0) reached(done)
    }
    return `taken, because they still are what they should be: ${taken.text || 'none'}; slowest ${slowest.toFixed(1)} ms`
  },
}

function tried(decoder: Decoder, bytes: Buffer): { isTaken: boolean; ms: number } {
  let [isTaken, ms] = [false, Number.POSITIVE_INFINITY]
  for (let chances = CHANCES; chances > 0 && ms > HANG_MS; chances--) {
    const begun = process.threadCpuUsage()
    try {
      isTaken = decoder.takes(bytes)
    } catch (cause) {
      throw new Error(`${decoder.name} ${bytes.toString('hex')}: ${(cause as Error).message}`, { cause })
    }
    const { user, system } = process.threadCpuUsage(begun)
    ms = (user + system) / 1000
  }
  if (ms > HANG_MS) throw new Error(`${decoder.name} ${bytes.toString('hex')} takes ${Math.round(ms)} ms`)
  return { isTaken, ms }
}

/** Whether nothing was thrown; anything but the decoder's own refusal is passed on. */
function refusals(Refusal: typeof FeedError | typeof ReplicateError, decode: () => void): boolean {
  try {
    decode()
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

function refuseUncanonical(read: string, bytes: Buffer): void {
  if (!Buffer.from(rewriteMessage(read)).equals(bytes)) throw new Error('accepted, and not canonical')
}

function bodyOf(bytes: Uint8Array): Uint8Array {
  const [frame] = new FrameSplitter().split(bytes)
  if (frame === undefined) throw new Error('A frame that was encoded is whole.')
  return frame.body
}
