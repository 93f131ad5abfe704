import { expect, test } from 'vitest'
import { CapabilityError } from '../../../src/network/capability/index.ts'
import { describeDialFailure } from '../../../src/network/peers/dial-failure.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code })
}

test.each([
  [new CapabilityError('CAPABILITY_WRONG_KEY', 'x'), /network key differs/],
  [new CapabilityError('CAPABILITY_UNANSWERED', 'x'), /most likely its network key differs/],
  [new CapabilityError('CAPABILITY_IDENTITY_MISMATCH', 'x'), /Another identity/],
  [systemError('ECONNREFUSED'), /Nothing listens there.*ECONNREFUSED/],
  [new AggregateError([new Error('outer', { cause: systemError('EHOSTUNREACH') })], 'all failed'), /cannot be reached/],
  [systemError('ENOTFOUND'), /does not resolve/],
  [new Error('Tried to dial self'), /IDENTITY_IN_USE/],
  [new DOMException('The operation timed out', 'TimeoutError'), /No answer in time/],
  [new Error('something new'), /^something new$/],
  [undefined, /failed/],
])('%s is said in words', (error, words) => {
  expect(describeDialFailure(error)).toMatch(words)
})
