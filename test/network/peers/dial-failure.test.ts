import { expect, test } from 'vitest'
import { CapabilityError } from '../../../src/network/capability/index.ts'
import { explainDialFailure } from '../../../src/network/peers/dial-failure.ts'
import type { CapabilityErrorCode } from '../../../src/network/capability/index.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code })
}

const gate = (code: CapabilityErrorCode) => new CapabilityError(code, 'x')

test.each([
  ['other_network', gate('CAPABILITY_WRONG_KEY'), /network key differs/],
  ['other_network', gate('CAPABILITY_UNANSWERED'), /most likely its network key differs/],
  ['other_identity', gate('CAPABILITY_IDENTITY_MISMATCH'), /Another identity/],
  ['timeout', gate('CAPABILITY_TIMEOUT'), /handshake in time/],
  ['not_egregore', gate('CAPABILITY_GARBAGE'), /no egregore node/],
  ['failed', gate('CAPABILITY_BUSY'), /We are busy/],
  ['hung_up', gate('CAPABILITY_CLOSED'), /closed the connection/],
  ['refused', systemError('ECONNREFUSED'), /Nothing listens there.*ECONNREFUSED/],
  ['timeout', systemError('ETIMEDOUT'), /No answer in time/],
  [
    'unreachable',
    new AggregateError([new Error('outer', { cause: systemError('EHOSTUNREACH') })], 'all'),
    /cannot be reached/,
  ],
  ['unreachable', systemError('ENETUNREACH'), /no route/],
  ['unknown_name', systemError('ENOTFOUND'), /does not resolve/],
  ['unknown_name', systemError('EAI_AGAIN'), /does not resolve just now/],
  ['hung_up', systemError('ECONNRESET'), /reset before it stood/],
  ['own_identity', new Error('Tried to dial self'), /IDENTITY_IN_USE/],
  ['banned', new Error('The multiaddr connection is blocked by gater.denyOutboundEncryptedConnection'), /banned here/],
  ['not_dialable', new Error('The dial request has no valid addresses: no transport'), /No transport/],
  ['not_dialable', systemError('EMETADATA'), /tell their secrets/],
  ['not_dialable', new Error('The connection gater denied all addresses in the dial request'), /tell their secrets/],
  ['not_egregore', new Error('unexpected end of input'), /does not speak/],
  ['timeout', new DOMException('The operation timed out', 'TimeoutError'), /No answer in time/],
  ['failed', new Error('something new'), /^something new$/],
  ['failed', undefined, /failed/],
] as const)('%s: %s', (code, error, words) => {
  expect(explainDialFailure(error)).toEqual({ code, reason: expect.stringMatching(words) })
})
