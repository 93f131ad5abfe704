// Both ends of a connection for the gate's tests: members with a gate, and strangers who speak Noise and then whatever
// the test makes them say.

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { byteStream, multiaddrConnectionPair } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { capabilityGate, Gates, Keyring } from '../../../src/network/capability/index.ts'
import { newEphemeralKeys } from '../../../src/network/capability/primitives.ts'
import type { NoiseComponents } from '@chainsafe/libp2p-noise'
import type {
  ConnectionEncrypter,
  MessageStream,
  MultiaddrConnection,
  PeerId,
  PrivateKey,
  Upgrader,
} from '@libp2p/interface'
import type { MultiaddrConnectionPairOptions } from '@libp2p/utils'
import type { CapabilityGateInit } from '../../../src/network/capability/index.ts'
import type { Client, LongTermKeys, Server } from '../../../src/network/capability/shs.ts'

/** Two network keys' capabilities. */
export const OURS = new Uint8Array(32).fill(0xa1)
export const THEIRS = new Uint8Array(32).fill(0xb2)

/** Network keys by their capabilities, the one that is spoken first. */
export function keyringOf(first: Uint8Array, ...older: Uint8Array[]): Keyring {
  return new Keyring([first, ...older], Date.now)
}

export interface Member {
  gate: ConnectionEncrypter
  gates: Gates
  peerId: PeerId
  keys: LongTermKeys
}

/** A node's gate with the identity of this seed byte. */
export async function member(seed: number, init: Partial<CapabilityGateInit> = {}): Promise<Member> {
  const privateKey = await privateKeyOf(seed)
  const components = componentsOf(privateKey)
  const gates = init.gates ?? new Gates()
  const gate = capabilityGate({ keyring: keyringOf(OURS), ...init, gates })(components)
  return { gate, gates, peerId: components.peerId, keys: keysOf(seed, privateKey) }
}

export interface Stranger {
  noise: ConnectionEncrypter
  peerId: PeerId
  keys: LongTermKeys
}

/** Someone who completes Noise with the identity of this seed byte, and has no gate. */
export async function stranger(seed: number): Promise<Stranger> {
  const privateKey = await privateKeyOf(seed)
  const components = componentsOf(privateKey)
  return { noise: noise()(components), peerId: components.peerId, keys: keysOf(seed, privateKey) }
}

export function privateKeyOf(seed: number): Promise<PrivateKey & { type: 'Ed25519' }> {
  return generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(seed))
}

/** The muxer that Noise agrees on at the same time. */
export const muxer = yamux()()

export function componentsOf(privateKey: PrivateKey): NoiseComponents {
  const [{ log }] = multiaddrConnectionPair()
  return {
    privateKey,
    peerId: peerIdFromPrivateKey(privateKey),
    logger: { forComponent: (name) => log.newScope(name) },
    // Of an upgrader, Noise asks this alone.
    upgrader: { getStreamMuxers: () => new Map([[muxer.protocol, muxer]]) } as unknown as Upgrader,
  }
}

/** A connection in memory; `from` is where its inbound end sees it come from. */
export function connect(
  from = '/ip4/127.0.0.1/tcp/4001',
  options: MultiaddrConnectionPairOptions = {},
): [MultiaddrConnection, MultiaddrConnection] {
  return multiaddrConnectionPair({ ...options, inbound: { remoteAddr: multiaddr(from) } })
}

/** Exact reads and plain writes on a stream that Noise has secured. */
export function wireOver(stream: MessageStream) {
  const bytes = byteStream(stream)
  return {
    read: async (length: number) => (await bytes.read({ bytes: length })).slice(),
    write: (message: Uint8Array) => bytes.write(message),
  }
}

export function clientOf(keys: LongTermKeys, server: PeerId, capability = OURS): Client {
  return { capability, identity: keys, ephemeral: newEphemeralKeys(), serverKey: rawKeyOf(server) }
}

export function serverOf(keys: LongTermKeys, capability = OURS): Server {
  return { capability, identity: keys, ephemeral: newEphemeralKeys() }
}

/** Carries raw bytes both ways between two connections, through `change`, in pieces of at most `pieceBytes`. */
export function relayBytes(
  one: MessageStream,
  other: MessageStream,
  { pieceBytes = Number.POSITIVE_INFINITY, change = (bytes: Uint8Array) => bytes } = {},
): void {
  for (const [from, to] of [[one, other] as const, [other, one] as const]) {
    from.addEventListener('message', ({ data }) => {
      const bytes = change(data.slice())
      const step = Math.min(pieceBytes, bytes.length)
      for (let at = 0; at < bytes.length; at += step) to.send(bytes.subarray(at, at + step))
    })
    from.addEventListener('close', ({ error }) => {
      if (error) to.abort(error)
      else void to.close()
    })
  }
}

/** Resolves with the other side's last words: all bytes until the connection is gone, or none. */
export async function unreadUntilClose(stream: MessageStream): Promise<number> {
  let length = 0
  stream.addEventListener('message', ({ data }) => {
    length += data.byteLength
  })
  if (stream.status === 'open') await new Promise((resolve) => stream.addEventListener('close', resolve))
  return length
}

function keysOf(seed: number, privateKey: PrivateKey): LongTermKeys {
  return { seed: new Uint8Array(32).fill(seed), publicKey: privateKey.publicKey.raw }
}

function rawKeyOf(peerId: PeerId): Uint8Array {
  if (peerId.type !== 'Ed25519') throw new Error('not an Ed25519 PeerId')
  return peerId.publicKey.raw
}
