import { describe, expect, test } from 'vitest'
import { CapabilityError } from '../../../src/network/capability/errors.ts'
import {
  capabilityOfHello,
  readClientAuthenticate,
  readClientHello,
  readServerAccept,
  readServerHello,
  writeClientAuthenticate,
  writeClientHello,
  writeServerAccept,
  writeServerHello,
} from '../../../src/network/capability/shs.ts'
import {
  bytes,
  clientOf,
  handshakeNamed,
  handshakes,
  hex,
  rejects,
  rotations,
  serverOf,
  sessionVectorOf,
} from './vectors.ts'
import type { HandshakeVector, RejectVector } from './vectors.ts'

describe.each(handshakes)('fixed handshake: $name', (vector) => {
  const client = clientOf(vector)
  const server = serverOf(vector)

  test('the client writes the same bytes and ends with the same keys', () => {
    expect(hex(writeClientHello(client))).toBe(vector.client_hello_hex)
    const greeted = readServerHello(client, bytes(vector.server_hello_hex))
    expect(hex(writeClientAuthenticate(greeted))).toBe(vector.client_authenticate_hex)
    const session = readServerAccept(greeted, bytes(vector.server_accept_hex))
    expect(sessionVectorOf(session)).toEqual(vector.client_session)
    expect(hex(session.remoteKey)).toBe(vector.server_public_hex)
  })

  test('the server writes the same bytes and ends with the same keys', () => {
    const greeted = readClientHello(server, bytes(vector.client_hello_hex))
    expect(hex(writeServerHello(greeted))).toBe(vector.server_hello_hex)
    const convinced = readClientAuthenticate(greeted, bytes(vector.client_authenticate_hex))
    expect(hex(writeServerAccept(convinced))).toBe(vector.server_accept_hex)
    expect(sessionVectorOf(convinced.session)).toEqual(vector.server_session)
    expect(hex(convinced.session.remoteKey)).toBe(vector.client_public_hex)
  })

  test('the server takes the client it expects', () => {
    const expecting = { ...server, clientKey: bytes(vector.client_public_hex) }
    const greeted = readClientHello(expecting, bytes(vector.client_hello_hex))
    expect(() => readClientAuthenticate(greeted, bytes(vector.client_authenticate_hex))).not.toThrow()
  })
})

test.each(rejects)('refuses $name', (reject) => {
  expect(codeOf(() => replay(reject))).toBe(reject.code)
})

describe('one byte changed anywhere', () => {
  const vector = handshakeNamed('default network key')
  const at = ['client_hello', 'server_hello', 'client_authenticate', 'server_accept'] as const

  test.each(at)('is refused in the %s', (at) => {
    const message = bytes(vector[`${at}_hex`])
    const code = at.endsWith('hello') ? 'CAPABILITY_WRONG_KEY' : 'CAPABILITY_GARBAGE'
    for (let index = 0; index < message.length; index++) {
      const changed = message.with(index, (message[index] ?? 0) ^ 0x10)
      const reject: RejectVector = { name: '', handshake: vector.name, at, message_hex: hex(changed), code }
      expect(
        codeOf(() => replay(reject)),
        `byte ${index}`,
      ).toBe(code)
    }
  })
})

test('a hello in a view of a larger buffer is read from its own start', () => {
  const vector = handshakeNamed('default network key')
  const padded = bytes(`ffff${vector.client_hello_hex}ffff`).subarray(2, -2)
  expect(hex(readClientHello(serverOf(vector), padded).clientEphemeralKey)).toBe(vector.client_ephemeral_public_hex)
})

test.each(rotations)('a server with several network keys: $name', (vector) => {
  const hello = bytes(vector.client_hello_hex)
  const server = serverOf(handshakeNamed('default network key'))
  const read = () => {
    const capability = capabilityOfHello(vector.capabilities_hex.map(bytes), hello)
    readClientHello({ ...server, capability }, hello)
    return hex(capability)
  }
  if (vector.code === undefined) expect(read()).toBe(vector.capability_hex)
  else expect(codeOf(read)).toBe(vector.code)
})

/** Runs a handshake up to the step that must refuse, and that step on the bad message. */
function replay(reject: RejectVector): void {
  const vector = handshakeNamed(reject.handshake)
  const message = bytes(reject.message_hex)
  switch (reject.at) {
    case 'client_hello':
      return void readClientHello(serverOf(vector), message)
    case 'server_hello':
      return void readServerHello(clientFor(vector, reject), message)
    case 'client_authenticate':
      return void readClientAuthenticate(
        readClientHello(serverFor(vector, reject), bytes(vector.client_hello_hex)),
        message,
      )
    case 'server_accept':
      return void readServerAccept(readServerHello(clientOf(vector), bytes(vector.server_hello_hex)), message)
  }
}

function clientFor(vector: HandshakeVector, { server_public_hex: key }: RejectVector) {
  return key === undefined ? clientOf(vector) : { ...clientOf(vector), serverKey: bytes(key) }
}

function serverFor(vector: HandshakeVector, { expected_client_public_hex: key }: RejectVector) {
  return key === undefined ? serverOf(vector) : { ...serverOf(vector), clientKey: bytes(key) }
}

function codeOf(act: () => void): string {
  try {
    act()
    return 'accepted'
  } catch (error) {
    if (error instanceof CapabilityError) return error.code
    throw error
  }
}
