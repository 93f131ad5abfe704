// The libp2p node: our identity, TCP, the capability gate as the only encrypter, yamux, identify, ping, and gossipsub unless it is off.

import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { checkedLookup, isMetadataService } from '../util/index.ts'
import { capabilityGate, GATES_INBOUND_MAX } from './capability/index.ts'
import { NetworkError } from './errors.ts'
import { sparingYamux } from './muxer.ts'
import { CONNECTIONS_INBOUND_MAX, gaterOf, STREAMS_OF_ONE_CONNECTION_MAX } from './peers/index.ts'
import { announced } from './reach/index.ts'
import type { Libp2p } from '@libp2p/interface'
import type { TCPSocketOptions } from '@libp2p/tcp'
import type { Identity } from '../feed/index.ts'
import type { Logger } from '../logger.ts'
import type { Gates, Keyring } from './capability/index.ts'
import type { Dht } from './discovery/index.ts'
import type { Gossip } from './gossip/index.ts'
import type { Bans, Refusals } from './peers/index.ts'
import type { Reach } from './reach/index.ts'

/** What a node is made from. */
export interface NodeInit {
  identity: Identity
  keyring: Keyring
  gates: Gates
  /** Absent when this node takes part in none. */
  gossip?: Pick<Gossip, 'service'> | undefined
  /** None when this node takes part in none. */
  dhts?: readonly Pick<Dht, 'service'>[]
  reach?: Pick<Reach, 'transports' | 'services'> | undefined
  bans: Bans
  refusals: Refusals
  /** Where to listen, such as 0.0.0.0. */
  host: string
  /** TCP port; 0 picks a free one. */
  port: number
  /** Connections kept at once, besides {@link CONNECTIONS_INBOUND_MAX} that others opened. */
  connectionsMax: number
  /** Told to peers by identify. */
  agent: string
  logger: Logger
}

/** Of one host. The gate limits what one may have in progress; this only stops a flood before it reaches the gate. */
const INBOUND_PER_SECOND_MAX = 64

/** More than peers/ lets wait: it counts whom it refuses, and libp2p tells nobody. */
const INBOUND_PENDING_MAX = 4 * GATES_INBOUND_MAX

/** A peer busy with a long commit or a full line is not dead; libp2p's own floor of 2 s would drop it in a large sync. */
const PING_TIMEOUT_MIN_MS = 15_000

/** A name that a person gave as a peer's address may lead anywhere. As: it goes to `net.connect`, of whose options libp2p names a few. */
const DIAL_OPTIONS = { lookup: checkedLookup(isMetadataService) } as TCPSocketOptions

/**
 * Starts to listen.
 *
 * @throws NetworkError `NETWORK_PORT_IN_USE`, `NETWORK_LISTEN_FAILED`
 */
export async function startNode(init: NodeInit): Promise<Libp2p> {
  const { identity, keyring, gates, bans, refusals, host, port, logger } = init
  const onRefusal = refusals.noteAtGate.bind(refusals)
  try {
    const libp2p: Libp2p = await createLibp2p({
      start: false,
      // Both halves, as libp2p keeps them; from the seed alone it would work out the public one by @noble, uncompiled.
      privateKey: privateKeyFromRaw(Buffer.concat([identity.seed, identity.publicKey])),
      nodeInfo: { name: 'egregore', version: init.agent, userAgent: `egregore/${init.agent}` },
      addresses: { listen: [`/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}`], announceFilter: announced },
      transports: [tcp({ dialOpts: DIAL_OPTIONS }), ...(init.reach?.transports ?? [])],
      connectionEncrypters: [capabilityGate({ keyring, gates, onRefusal, log: logger })],
      streamMuxers: [sparingYamux({ maxInboundStreams: STREAMS_OF_ONE_CONNECTION_MAX })],
      services: {
        identify: identify(),
        // Tells peers when a relay begins or ceases to carry this node.
        identifyPush: identifyPush(),
        ping: ping(),
        ...(init.gossip && { pubsub: init.gossip.service }),
        ...Object.fromEntries(init.dhts?.map(({ service }, index) => [`dht${index}`, service]) ?? []),
        ...init.reach?.services,
      },
      connectionManager: {
        maxConnections: init.connectionsMax + CONNECTIONS_INBOUND_MAX,
        maxIncomingPendingConnections: INBOUND_PENDING_MAX,
        inboundConnectionThreshold: INBOUND_PER_SECOND_MAX,
        // Redialling is the dialler's business, with its own backoff.
        reconnectRetries: 0,
      },
      connectionGater: gaterOf({ bans, refusals, connections: () => libp2p.getConnections() }),
      connectionMonitor: { pingTimeout: { minTimeout: PING_TIMEOUT_MIN_MS } },
    })
    await libp2p.start()
    return libp2p
  } catch (error) {
    throw listenError(error, port)
  }
}

function listenError(error: unknown, port: number): NetworkError {
  const { message } = error as Error
  if (message.includes('EADDRINUSE')) {
    const advice = 'Is another node running? Stop it, or choose another port with --gossip-port (0 picks a free one).'
    return new NetworkError(
      'NETWORK_PORT_IN_USE',
      `The gossip port ${port} is in use. ${advice}`,
      { port },
      { cause: error },
    )
  }
  const facts = { port }
  return new NetworkError('NETWORK_LISTEN_FAILED', `The gossip port ${port} cannot be opened: ${message}`, facts, {
    cause: error,
  })
}
