import { describe, expect, test } from 'vitest'
import {
  CAPABILITY_CAUSES,
  CapabilityError,
  capabilityCauseOf,
  causeOfCode,
} from '../../../src/network/capability/errors.ts'
import { isHangUp, toCapabilityError } from '../../../src/network/capability/failure.ts'
import type { CapabilityErrorCode } from '../../../src/network/capability/errors.ts'

const refusal = new CapabilityError('CAPABILITY_WRONG_KEY', 'another network key', { at: 'hello' })

describe('capabilityCauseOf', () => {
  test('finds the code in the error itself', () => {
    expect(capabilityCauseOf(refusal)).toBe('CAPABILITY_WRONG_KEY')
  })

  test("finds it in the message, which is all that libp2p's upgrader keeps", () => {
    expect(capabilityCauseOf(new Error(refusal.message))).toBe('CAPABILITY_WRONG_KEY')
  })

  test('finds every code', () => {
    for (const cause of CAPABILITY_CAUSES) {
      const code = `CAPABILITY_${cause.toUpperCase()}` as CapabilityErrorCode
      expect(capabilityCauseOf(new Error(new CapabilityError(code, 'why').message))).toBe(code)
      expect(causeOfCode(code)).toBe(cause)
    }
  })

  test('finds it among causes and in an aggregate', () => {
    const wrapped = new Error('dial failed', { cause: new Error('upgrade failed', { cause: refusal }) })
    expect(capabilityCauseOf(wrapped)).toBe('CAPABILITY_WRONG_KEY')
    expect(capabilityCauseOf(new AggregateError([new Error('refused'), wrapped]))).toBe('CAPABILITY_WRONG_KEY')
  })

  test.each([
    ['an error of something else', new Error('connect ECONNREFUSED')],
    ['a code in the middle of a message', new Error('said CAPABILITY_WRONG_KEY: no')],
    ['a code that is not one', new Error('CAPABILITY_OTHER: no')],
    ['a string', 'CAPABILITY_WRONG_KEY: no'],
    ['nothing', undefined],
  ])('finds none in %s', (_, error) => {
    expect(capabilityCauseOf(error)).toBeUndefined()
  })
})

test('an error carries its code, facts and cause', () => {
  const cause = new Error('below')
  const error = new CapabilityError('CAPABILITY_CLOSED', 'gone', { bytes: 3 }, { cause })
  expect(error).toMatchObject({ name: 'CapabilityError', code: 'CAPABILITY_CLOSED', details: { bytes: 3 }, cause })
  expect(refusal.details).toEqual({ at: 'hello' })
})

describe('what ended a gate', () => {
  test.each(['StreamResetError', 'UnexpectedEOFError', 'StreamStateError', 'MuxerClosedError'])(
    '%s is a hang-up',
    (name) => {
      expect(toCapabilityError(named(name)).code).toBe('CAPABILITY_CLOSED')
    },
  )

  test.each(['ECONNRESET', 'EPIPE'])("a socket's %s is a hang-up", (code) => {
    expect(toCapabilityError(Object.assign(new Error('socket'), { code })).code).toBe('CAPABILITY_CLOSED')
  })

  test('a close event is a hang-up: waiting for drain rejects with it', () => {
    expect(isHangUp(new Event('close'))).toBe(true)
    expect(isHangUp(new Event('drain'))).toBe(false)
  })

  test("Noise's word for another peer is an identity mismatch", () => {
    expect(toCapabilityError(named('UnexpectedPeerError')).code).toBe('CAPABILITY_IDENTITY_MISMATCH')
  })

  test('all else is garbage, whatever was thrown', () => {
    expect(toCapabilityError(named('InvalidCryptoExchangeError')).code).toBe('CAPABILITY_GARBAGE')
    expect(toCapabilityError('thrown').code).toBe('CAPABILITY_GARBAGE')
  })

  test('a refusal stays what it is', () => {
    expect(toCapabilityError(refusal)).toBe(refusal)
  })
})

function named(name: string): Error {
  return Object.assign(new Error('as libp2p throws it'), { name })
}
