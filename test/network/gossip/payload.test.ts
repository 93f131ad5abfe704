import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PAYLOAD_BYTES_MAX } from '../../../src/network/gossip/constants.ts'
import { decodePayload, encodePayload, payloadOf } from '../../../src/network/gossip/payload.ts'
import { identityOf } from '../../support/open-log.ts'
import type { Payload } from '../../../src/network/gossip/payload.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const author = fc.integer({ min: 1, max: 5 }).map((seed) => identityOf(seed).author)
const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({ kind: fc.constant('item' as const), text: fc.uint8Array({ maxLength: 300 }), signature: bytes(64) }),
  fc.record({
    kind: fc.constant('announcement' as const),
    author,
    sequence: fc.maxSafeNat().filter((sequence) => sequence > 0),
    hash: bytes(32).map((hash) => Buffer.from(hash).toString('hex')),
    signature: bytes(64),
  }),
)

const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')

function plain(value: Payload | undefined): object | undefined {
  if (value === undefined) return undefined
  const signature = hex(value.signature)
  return value.kind === 'item' ? { ...value, text: hex(value.text), signature } : { ...value, signature }
}

test('what is encoded means the same when it is decoded', () => {
  fc.assert(
    fc.property(payload, (value) => {
      expect(plain(decodePayload(encodePayload(value)))).toEqual(plain(value))
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('whatever bytes come, they are a payload or none, and no exception', () => {
  const damaged = fc
    .tuple(payload.map(encodePayload), fc.nat(), fc.integer({ min: 0, max: 255 }))
    .map(([whole, at, byte]) => Uint8Array.from(whole).fill(byte, at % whole.length, (at % whole.length) + 1))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 500 }), damaged), (data) => {
      const decoded = decodePayload(data)
      if (decoded !== undefined) expect(plain(decodePayload(encodePayload(decoded)))).toEqual(plain(decoded))
    }),
    { seed: 1, numRuns: 1_000 },
  )
})

test('a text of few characters and many bytes is announced by its bytes', () => {
  const message = { author: identityOf(1).author, sequence: 1, hash: 'a'.repeat(64), signature: new Uint8Array(64) }
  expect(payloadOf({ ...message, text: 'é'.repeat(PAYLOAD_BYTES_MAX / 2) }).payload.length).toBeLessThan(200)
  expect(payloadOf({ ...message, text: 'é'.repeat(PAYLOAD_BYTES_MAX / 2 - 40) }).payload.length).toBeGreaterThan(16_000)
})
