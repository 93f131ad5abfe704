import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyFromAuthor } from '../../../../src/feed/index.ts'
import { ProtobufWriter } from '../../../../src/network/protobuf.ts'
import {
  HEADS_PER_FRAME_MAX,
  HELD_NAMES_MAX,
  ITEMS_PER_FRAME_MAX,
  RANGES_PER_WANT_MAX,
  SCOPE_AUTHORS_MAX,
  TRIE_PREFIXES_PER_FRAME_MAX,
} from '../../../../src/network/replicate/constants.ts'
import { ReplicateError } from '../../../../src/network/replicate/errors.ts'
import { decodeFrame } from '../../../../src/network/replicate/frames/decode-frame.ts'
import { encodeFrame, itemBytes } from '../../../../src/network/replicate/frames/encode-frame.ts'
import { FrameSplitter } from '../../../../src/network/replicate/frames/frame-splitter.ts'
import { namesOf } from '../../../../src/network/replicate/held-names.ts'
import { identityOf } from '../../../support/open-log.ts'
import { anyFrame } from '../frame-arbitraries.ts'
import { numbered } from '../numbered.ts'

const { author } = identityOf(1)

/** The body of the one frame in `bytes`. */
function bodyOf(bytes: Uint8Array): Uint8Array {
  const [frame] = new FrameSplitter().split(bytes)
  if (frame === undefined) throw new Error('There is no whole frame.')
  return frame.body
}

/** A frame's body whose one field is written by hand. */
function bodyWith(field: number, write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter()
  return bodyOf(writer.finishPrefixed(() => writer.message(field, () => write(writer))))
}

function codeOf(body: Uint8Array): string | undefined {
  try {
    decodeFrame(body)
    return undefined
  } catch (error) {
    return error instanceof ReplicateError ? error.code : String(error)
  }
}

test('every frame decodes to what was encoded', () => {
  fc.assert(
    fc.property(anyFrame, (frame) => {
      const decoded = decodeFrame(bodyOf(encodeFrame(frame)))
      expect(plain(decoded)).toEqual(plain(frame))
    }),
    { numRuns: 500, seed: 1 },
  )
})

test('bytes that are cut, flipped or invented are refused with a code, or are a frame', () => {
  fc.assert(
    fc.property(anyFrame, fc.nat(), fc.nat(255), fc.boolean(), (frame, at, value, isCut) => {
      const body = Uint8Array.from(bodyOf(encodeFrame(frame)))
      const position = at % body.length
      if (!isCut) body[position] = value
      expect([undefined, 'REPLICATE_FRAME_INVALID', 'REPLICATE_TOO_MANY', 'REPLICATE_SCOPE_UNSUPPORTED']).toContain(
        codeOf(isCut ? body.subarray(0, position) : body),
      )
    }),
    { numRuns: 2_000, seed: 2 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      expect([undefined, 'REPLICATE_FRAME_INVALID', 'REPLICATE_TOO_MANY', 'REPLICATE_SCOPE_UNSUPPORTED']).toContain(
        codeOf(body),
      )
    }),
    { numRuns: 2_000, seed: 3 },
  )
})

test('an item takes no more bytes than credit reckons', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 131_072 }), (length) => {
      const item = { text: new Uint8Array(length), signature: new Uint8Array(64) }
      const one = encodeFrame({ kind: 'messages', id: 1, items: [item] }).length
      const two = encodeFrame({ kind: 'messages', id: 1, items: [item, item] }).length
      expect(two - one).toBeLessThanOrEqual(itemBytes(length) + 2)
      expect(one).toBeLessThanOrEqual(itemBytes(length) + 32)
    }),
    { numRuns: 50, seed: 4 },
  )
})

describe('skips what a later version may add', () => {
  test('an unknown field of every wire type', () => {
    const body = bodyWith(4, (writer) => {
      writer.integer(1, 7)
      writer.integer(100, 1)
      writer.bytes(101, Buffer.from('later'))
    })
    const fixed = Buffer.concat([body, Buffer.from([0x51, 1, 2, 3, 4, 5, 6, 7, 8, 0x55, 1, 2, 3, 4])])
    expect(decodeFrame(fixed)).toEqual({ kind: 'done', id: 7, code: 'answered' })
  })

  test('a bit of features', () => {
    const body = bodyWith(1, (writer) => {
      writer.integer(1, 5)
      writer.message(4, () => writer.boolean(1, true))
    })
    expect(decodeFrame(body)).toEqual({ kind: 'have', scope: 'all', heads: [] })
  })

  test('integers of a repeated field one by one', () => {
    const body = bodyWith(2, (writer) => {
      writer.integer(4, 3)
      writer.integer(4, 300)
    })
    expect(decodeFrame(body)).toEqual({ kind: 'want', ranges: [], cancel: [3, 300], tails: [], prefixes: [] })
  })
})

describe('refuses', () => {
  const range = (id: number, from: number, to: number) =>
    bodyWith(2, (writer) =>
      writer.message(1, () => {
        writer.integer(1, id)
        writer.bytes(2, keyFromAuthor(author))
        writer.integer(3, from)
        writer.integer(4, to)
      }),
    )
  const headOf = (key: Uint8Array) => bodyWith(1, (writer) => writer.message(9, () => writer.bytes(1, key)))
  const invalid: [string, Uint8Array][] = [
    ['an empty frame', new Uint8Array()],
    ['a frame of an unknown kind', bodyWith(5, () => {})],
    ['a group', Buffer.from([0x0b, 0x0c])],
    ['field number 0', Buffer.from([0x00, 0x01])],
    ['a nested length beyond its frame', Buffer.from([0x22, 0x7f, 0x08])],
    ['a varint of eleven bytes', Buffer.from([0x22, 0x0c, 0x08, ...Array(10).fill(0x80), 0x01])],
    ['an integer of 2^53', Buffer.from([0x22, 0x09, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10])],
    ['a varint where bytes must stand', bodyWith(1, (writer) => writer.integer(5, 1))],
    ['bytes where a varint must stand', bodyWith(4, (writer) => writer.bytes(1, Buffer.from('a')))],
    ['a store of 7 bytes', bodyWith(1, (writer) => writer.bytes(5, new Uint8Array(7)))],
    ['a root of 33 bytes', bodyWith(1, (writer) => writer.bytes(8, new Uint8Array(33)))],
    ['a cursor without a check', bodyWith(1, (writer) => writer.message(6, () => writer.integer(1, 5)))],
    ['a head without an author', bodyWith(1, (writer) => writer.message(9, () => writer.integer(2, 1)))],
    ['an author of 31 bytes', headOf(new Uint8Array(31).fill(1))],
    ['an author of small order', headOf(new Uint8Array(32))],
    ['a floor of 0', bodyWith(1, (writer) => writer.message(9, () => writer.integer(4, 0)))],
    ['a range with id 0', range(0, 1, 1)],
    ['a range from 0', range(1, 0, 1)],
    ['a range that ends before it begins', range(1, 2, 1)],
    ['a range without an author', bodyWith(2, (writer) => writer.message(1, () => writer.integer(1, 1)))],
    ['live 3', bodyWith(2, (writer) => writer.integer(3, 3))],
    ['Messages without an item', bodyWith(3, (writer) => writer.integer(1, 1))],
    ['an item without a text', bodyWith(3, (writer) => writer.message(2, () => writer.bytes(2, new Uint8Array(64))))],
    [
      'an item without a signature',
      bodyWith(3, (writer) => writer.message(2, () => writer.bytes(1, new Uint8Array(64)))),
    ],
    ['a Done with an unknown code', bodyWith(4, (writer) => writer.integer(5, 3))],
  ]

  test.each(invalid)('%s', (_, body) => {
    expect(codeOf(body)).toBe('REPLICATE_FRAME_INVALID')
  })

  test('a scope that is not all', () => {
    expect(codeOf(bodyWith(1, (writer) => writer.message(4, () => {})))).toBe('REPLICATE_SCOPE_UNSUPPORTED')
    expect(codeOf(bodyWith(1, (writer) => writer.message(4, () => writer.boolean(1, true))))).toBeUndefined()
  })

  test('more heads, items, ranges, cancelled ids, prefixes or nodes than a frame may hold, and takes as many as it may', () => {
    const repeated = (field: number, count: number, write: (writer: ProtobufWriter) => void) =>
      codeOf(
        bodyWith(field, (writer) => {
          for (let index = 0; index < count; index++) write(writer)
        }),
      )
    const head = (writer: ProtobufWriter) => writer.message(9, () => writer.bytes(1, keyFromAuthor(author)))
    const item = (writer: ProtobufWriter) =>
      writer.message(2, () => {
        writer.bytes(1, new Uint8Array(1))
        writer.bytes(2, new Uint8Array(1))
      })
    const ranges = (writer: ProtobufWriter) =>
      writer.message(1, () => {
        writer.integer(1, 1)
        writer.bytes(2, keyFromAuthor(author))
        writer.integer(3, 1)
        writer.integer(4, 1)
      })
    const cancel = (writer: ProtobufWriter) => writer.integer(4, 1)
    const prefixes = (writer: ProtobufWriter) => writer.integer(7, 1)
    const nodes = (writer: ProtobufWriter) => writer.bytes(12, new Uint8Array(128))
    for (const [field, limit, write] of [
      [1, HEADS_PER_FRAME_MAX, head],
      [3, ITEMS_PER_FRAME_MAX, item],
      [2, RANGES_PER_WANT_MAX, ranges],
      [2, RANGES_PER_WANT_MAX, cancel],
      [2, TRIE_PREFIXES_PER_FRAME_MAX, prefixes],
      [1, TRIE_PREFIXES_PER_FRAME_MAX, nodes],
    ] as const) {
      expect(repeated(field, limit, write)).toBeUndefined()
      expect(repeated(field, limit + 1, write)).toBe('REPLICATE_TOO_MANY')
    }
  })
})

/** Bytes as hex, and empty lists left out, so that frames compare by meaning. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, part]) => !(Array.isArray(part) && part.length === 0))
  return Object.fromEntries(entries.map(([key, part]) => [key, plain(part)]))
}

test('a scope names as many authors as the limit, and no more', () => {
  const keys = Array.from({ length: SCOPE_AUTHORS_MAX + 1 }, (_, at) => keyFromAuthor(numbered(at)))
  const scopeOf = (count: number) =>
    bodyWith(1, (writer) =>
      writer.message(4, () => {
        for (const key of keys.slice(0, count)) writer.bytes(2, key)
      }),
    )
  expect(decodeFrame(scopeOf(SCOPE_AUTHORS_MAX))).toMatchObject({ scope: { authors: { length: SCOPE_AUTHORS_MAX } } })
  expect(() => decodeFrame(scopeOf(SCOPE_AUTHORS_MAX + 1))).toThrow(
    expect.objectContaining({ code: 'REPLICATE_TOO_MANY' }),
  )
})

test('a tail names as many held messages as the limit allows, and no more', () => {
  const hashes = Array.from({ length: HELD_NAMES_MAX + 1 }, (_, at) => at.toString(16).padStart(16, '0'))
  const tailWith = (count: number) =>
    encodeFrame({
      kind: 'want',
      tails: [
        {
          id: 1,
          cursor: { offset: 0, check: '00'.repeat(8) },
          topics: ['ants'],
          held: namesOf(hashes.slice(0, count)),
        },
      ],
    })
  expect(codeOf(bodyOf(tailWith(HELD_NAMES_MAX)))).toBeUndefined()
  expect(codeOf(bodyOf(tailWith(HELD_NAMES_MAX + 1)))).toBe('REPLICATE_TOO_MANY')
})
