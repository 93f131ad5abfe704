// Arbitrary frames, in the form in which they decode.

import fc from 'fast-check'
import { keyFromAuthor } from '../../../src/feed/index.ts'
import { namesOf } from '../../../src/network/replicate/held-names.ts'
import { identityOf } from '../../support/open-log.ts'
import type { Author } from '../../../src/feed/index.ts'
import type {
  AskedTail,
  Done,
  Frame,
  Have,
  Messages,
  ToldHead,
  Want,
  WireSelection,
} from '../../../src/network/replicate/frames/frames.ts'

const AUTHORS: readonly Author[] = [21, 22, 23].map((seed) => identityOf(seed).author)

const author = fc.constantFrom(...AUTHORS)
const integer = fc.oneof(fc.nat(300), fc.maxSafeNat())
const positive = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'))
const cursor = fc.record({ offset: integer, check: hex(8) })

/** The frame without the keys that have no value. */
const sparse = <T extends Frame>(frame: { [Key in keyof T]: T[Key] | undefined }): T =>
  // Optional keys are dropped, required ones always have a value.
  Object.fromEntries(Object.entries(frame).filter(([, part]) => part !== undefined)) as unknown as T

const head: fc.Arbitrary<ToldHead> = fc.record({
  author,
  sequence: integer,
  hash: fc.option(hex(8), { nil: undefined }),
  floor: positive,
  arrival: integer,
  forked: fc.boolean(),
})

const topics = fc.array(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), { maxLength: 4 })
const IN_ORDER = AUTHORS.toSorted((left, right) => Buffer.compare(keyFromAuthor(left), keyFromAuthor(right)))

const selection: fc.Arbitrary<WireSelection> = fc.oneof(
  fc.record({ authors: fc.subarray(IN_ORDER, { minLength: 1 }), topics }),
  fc.record({ authors: fc.constant([]), authorsHash: hex(32), topics }),
)

/** What lies below a prefix: sixteen hashes, or heads that stand elsewhere in the frame. */
const node = fc.oneof(fc.constant([]), fc.array(hex(8), { minLength: 16, maxLength: 16 }))

const have: fc.Arbitrary<Have> = fc
  .record({
    takesTrie: fc.option(fc.constant(true), { nil: undefined }),
    knownStore: fc.option(hex(8), { nil: undefined }),
    knownCursor: fc.option(cursor, { nil: undefined }),
    scope: fc.option(fc.oneof(fc.constant('all' as const), selection), { nil: undefined }),
    store: fc.option(hex(8), { nil: undefined }),
    cursor: fc.option(cursor, { nil: undefined }),
    root: fc.option(fc.record({ count: integer, root: fc.uint8Array({ minLength: 32, maxLength: 32 }) }), {
      nil: undefined,
    }),
    heads: fc.array(head, { maxLength: 5 }),
    more: fc.option(fc.constant(true), { nil: undefined }),
    salt: fc.option(hex(8), { nil: undefined }),
    nodes: fc.option(fc.array(node, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  })
  .map((fields) => sparse<Have>({ kind: 'have', ...fields }))

const tail: fc.Arbitrary<AskedTail> = fc.record(
  {
    id: positive,
    cursor,
    topics: topics.filter(({ length }) => length > 0),
    held: fc.uniqueArray(hex(32), { minLength: 1, maxLength: 5 }).map((hashes) => namesOf(hashes) as Uint8Array), // As: of at least one.
  },
  { requiredKeys: ['id', 'cursor', 'topics'] },
)

const want: fc.Arbitrary<Want> = fc
  .record({
    ranges: fc.array(
      fc.record({ id: positive, author, from: positive, length: fc.nat(500) }).map(({ id, author, from, length }) => ({
        id,
        author,
        from,
        to: Math.min(from + length, Number.MAX_SAFE_INTEGER),
      })),
      { maxLength: 5 },
    ),
    credit: fc.option(positive, { nil: undefined }),
    tails: fc.array(tail, { maxLength: 3 }),
    live: fc.option(fc.constantFrom(1 as const, 2 as const), { nil: undefined }),
    cancel: fc.array(positive, { maxLength: 5 }),
    more: fc.option(fc.constant(true), { nil: undefined }),
    prefixes: fc.array(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 13 }), { maxLength: 4 }),
  })
  .map((fields) => sparse<Want>({ kind: 'want', ...fields }))

const bytes = fc.uint8Array({ maxLength: 300 })

const messages: fc.Arbitrary<Messages> = fc.record({
  kind: fc.constant('messages' as const),
  id: integer,
  items: fc.array(fc.record({ text: bytes, signature: bytes }), { minLength: 1, maxLength: 5 }),
})

const done: fc.Arbitrary<Done> = fc
  .record({
    id: integer,
    upTo: fc.option(integer, { nil: undefined }),
    floor: fc.option(integer, { nil: undefined }),
    cursor: fc.option(cursor, { nil: undefined }),
    code: fc.constantFrom('answered' as const, 'busy' as const, 'too_many' as const, 'scope_unknown' as const),
    retryMs: fc.option(integer, { nil: undefined }),
  })
  .map((fields) => sparse<Done>({ kind: 'done', ...fields }))

/** Any frame that may stand on a wire. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(have, want, messages, done)
