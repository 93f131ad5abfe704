// Dials peers for a diagnosis, while no node runs: as a member whom nobody knows, through the gate and no further. Nothing is listened on,
// and no protocol of ours is spoken.

import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { capabilityOf } from '../feed/index.ts'
import { capabilityGate, Keyring } from './capability/index.ts'
import { sparingYamux } from './muxer.ts'
import { adviceFor, explainDialFailure, parsePeerAddress } from './peers/index.ts'
import type { Libp2p } from '@libp2p/interface'
import type { NetworkInit } from './network.ts'
import type { DialFailureCode } from './peers/index.ts'

/** What became of one dial. */
export interface PeerProbe {
  address: string
  /** Undefined when the peer let us in. */
  failure: { code: DialFailureCode; reason: string; advice: string } | undefined
}

/**
 * Dials each of them once, side by side.
 *
 * @throws NetworkError `PEER_ADDRESS_INVALID`
 */
export async function probePeers(
  addresses: readonly string[],
  { networkKeys: [first, ...older], signal }: Pick<NetworkInit, 'networkKeys'> & { signal: AbortSignal },
): Promise<PeerProbe[]> {
  const parsed = addresses.map(parsePeerAddress)
  const keyring = new Keyring([capabilityOf(first), ...older.map(capabilityOf)], Date.now)
  const libp2p = await createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [capabilityGate({ keyring })],
    streamMuxers: [sparingYamux({ maxInboundStreams: 1 })],
    connectionManager: { reconnectRetries: 0 },
  })
  try {
    return await Promise.all(parsed.map((address) => probe(libp2p, address, signal)))
  } finally {
    await libp2p.stop()
  }
}

async function probe(
  libp2p: Libp2p,
  { text: address, multiaddr }: ReturnType<typeof parsePeerAddress>,
  signal: AbortSignal,
): Promise<PeerProbe> {
  try {
    await libp2p.dial(multiaddr, { signal })
    return { address, failure: undefined }
  } catch (error) {
    const failure = explainDialFailure(error)
    return { address, failure: { ...failure, advice: adviceFor(failure.code) } }
  }
}
