// The fixed handshakes of protocols/capability/1/vectors, as the two sides of shs.ts want them.

import { readFileSync } from 'node:fs'
import type { CapabilityErrorCode } from '../../../src/network/capability/errors.ts'
import type { Client, Server, Session } from '../../../src/network/capability/shs.ts'

interface SessionVector {
  encryption_key_hex: string
  encryption_nonce_hex: string
  decryption_key_hex: string
  decryption_nonce_hex: string
}

export interface HandshakeVector {
  name: string
  capability_hex: string
  client_seed_hex: string
  client_public_hex: string
  server_seed_hex: string
  server_public_hex: string
  client_ephemeral_secret_hex: string
  client_ephemeral_public_hex: string
  server_ephemeral_secret_hex: string
  server_ephemeral_public_hex: string
  client_hello_hex: string
  server_hello_hex: string
  client_authenticate_hex: string
  server_accept_hex: string
  client_session: SessionVector
  server_session: SessionVector
}

export interface RejectVector {
  name: string
  handshake: string
  at: 'client_hello' | 'server_hello' | 'client_authenticate' | 'server_accept'
  message_hex: string
  code: CapabilityErrorCode
  server_public_hex?: string
  expected_client_public_hex?: string
}

export interface RotationVector {
  name: string
  capabilities_hex: string[]
  client_hello_hex: string
  capability_hex?: string
  code?: CapabilityErrorCode
}

export const rotations = read<RotationVector>('rotation.json')
export const handshakes = read<HandshakeVector>('handshakes.json')
export const rejects = read<RejectVector>('rejects.json')

export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

export function hex(of: Uint8Array): string {
  return Buffer.from(of).toString('hex')
}

export function handshakeNamed(name: string): HandshakeVector {
  const handshake = handshakes.find((vector) => vector.name === name)
  if (!handshake) throw new Error(`no handshake is named ${name}`)
  return handshake
}

export function clientOf(vector: HandshakeVector): Client {
  return {
    capability: bytes(vector.capability_hex),
    identity: { seed: bytes(vector.client_seed_hex), publicKey: bytes(vector.client_public_hex) },
    ephemeral: {
      secretKey: bytes(vector.client_ephemeral_secret_hex),
      publicKey: bytes(vector.client_ephemeral_public_hex),
    },
    serverKey: bytes(vector.server_public_hex),
  }
}

export function serverOf(vector: HandshakeVector): Server {
  return {
    capability: bytes(vector.capability_hex),
    identity: { seed: bytes(vector.server_seed_hex), publicKey: bytes(vector.server_public_hex) },
    ephemeral: {
      secretKey: bytes(vector.server_ephemeral_secret_hex),
      publicKey: bytes(vector.server_ephemeral_public_hex),
    },
  }
}

export function sessionVectorOf(session: Session): SessionVector {
  return {
    encryption_key_hex: hex(session.encryptionKey),
    encryption_nonce_hex: hex(session.encryptionNonce),
    decryption_key_hex: hex(session.decryptionKey),
    decryption_nonce_hex: hex(session.decryptionNonce),
  }
}

function read<T>(file: string): T[] {
  const url = new URL(`../../../protocols/capability/1/vectors/${file}`, import.meta.url)
  // Our own file; the tests fail by themselves when it has another shape.
  return (JSON.parse(readFileSync(url, 'utf8')) as { vectors: T[] }).vectors
}
