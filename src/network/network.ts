// The network of one node: listens, passes peers through the gate, keeps known peers connected, pushes by gossip, and pulls from whoever is
// connected what gossip does not bring.

import { capabilityOf, discriminatorOf } from '../feed/index.ts'
import { Gates, Keyring } from './capability/index.ts'
import { Discovery, openDht } from './discovery/index.ts'
import { Gossip } from './gossip/index.ts'
import { startNode } from './node.ts'
import { olderKeysIn } from './older-keys.ts'
import { Bans, Conduct, conductCodeOf, Dialler, PeerTable, Refusals } from './peers/index.ts'
import { Presence } from './presence/index.ts'
import { Pulling } from './pulling.ts'
import { openReach } from './reach/index.ts'
import { Replicate, StorageBudgets } from './replicate/index.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Identity } from '../feed/index.ts'
import type { Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { Dht, DiscoveryInit } from './discovery/index.ts'
import type { GossipCounts } from './gossip/index.ts'
import type { OlderKey } from './older-keys.ts'
import type { BanStore, ConfiguredPeers, MetPeerStore, PeerStore, Refusal } from './peers/index.ts'
import type { Following } from './pulling.ts'
import type { Reach, ReachInit, ReachState } from './reach/index.ts'
import type { PullStore, ReplicateCounts } from './replicate/index.ts'

/** How long stopping waits for peers; the node as a whole has 5 s. */
const GOODBYE_MS = 1_000

/** What the network works with. */
export interface NetworkComponents {
  identity: Identity
  log: Log
  peerStore: PeerStore
  metPeerStore: MetPeerStore
  banStore: BanStore
  pullStore: PullStore
  /** Milliseconds since 1970. */
  clock: () => number
  /** From 0 (included) to 1 (excluded). */
  random: () => number
  logger: Logger
}

/** How the network behaves. */
export interface NetworkInit extends Omit<DiscoveryInit, 'discriminators'>, ConfiguredPeers, ReachInit {
  /** The first is spoken, all let in; more than one while the network changes its key. */
  networkKeys: readonly [string, ...string[]]
  /** Address to listen on, such as 0.0.0.0. */
  host: string
  /** TCP port; 0 picks a free one. */
  port: number
  /** Whether new messages are pushed, by gossip and live streams; otherwise we ask every {@link intervalMs}. */
  push: boolean
  /**
   * Whether to say who is there, and to hear it. Means nothing without push.
   *
   * @default false
   */
  presence?: boolean
  /** Whether to take part in the DHT of the network. */
  dht: boolean
  intervalMs: number
  /** Connections kept at once, besides those that others opened. */
  connectionsMax: number
  /** Version, told to peers. */
  agent: string
  /** What is stored in a day of one author, and from one peer. */
  budgets: { authorBytes: number; peerBytes: number }
}

/** What must be there before libp2p is: who is let in, who is kept out, who was, and the push service. */
interface NetworkParts {
  keyring: Keyring
  bans: Bans
  refusals: Refusals
  gossip: Gossip | undefined
  presence: Presence | undefined
  budgets: StorageBudgets
  dhts: readonly Dht[]
  reach: Reach
}

/** Everything between this node and others. */
export class Network {
  readonly peers: PeerTable
  /** Who is there; undefined when this node takes part in no gossip, or not in this. */
  readonly presence: Presence | undefined
  readonly #libp2p: Libp2p
  readonly #dialler: Dialler
  readonly #replicate: Replicate
  readonly #pulling: Pulling
  readonly #discovery: Discovery
  readonly #refusals: Refusals
  readonly #conduct: Conduct
  readonly #gossip: Gossip | undefined
  readonly #reach: Reach
  readonly #keyring: Keyring
  readonly #log: Log
  readonly #pullStore: PullStore
  readonly #logger: Logger
  #stopMending: () => void = () => {}

  /** @internal Use {@link startNetwork}. */
  constructor(
    libp2p: Libp2p,
    { keyring, bans, refusals, budgets, gossip, presence, dhts, reach }: NetworkParts,
    components: NetworkComponents,
    init: NetworkInit,
  ) {
    this.#libp2p = libp2p
    this.#logger = components.logger
    this.#log = components.log
    this.#pullStore = components.pullStore
    this.#refusals = refusals
    this.#gossip = gossip
    this.presence = presence
    this.#reach = reach
    this.#keyring = keyring
    this.#conduct = new Conduct({ ...components, libp2p, bans, refusals })
    this.#dialler = new Dialler({ ...components, libp2p, bans }, { ...init, networkKeys: init.networkKeys.length })
    this.#replicate = new Replicate({
      ...components,
      libp2p,
      isPushed: ({ hash }) => gossip?.hasPushed(hash) === true,
      budgets,
      onFailure: (peer, error) => this.#conduct.report(peer, conductCodeOf(error)),
    })
    this.#pulling = new Pulling({ ...components, libp2p, replicate: this.#replicate, gossip }, init)
    this.peers = new PeerTable({
      ...components,
      libp2p,
      dialler: this.#dialler,
      bans,
      refusals,
      conduct: this.#conduct,
      lagBehind: (peer) => this.#replicate.lagBehind(peer),
      hasOlderKey: (peer) => keyring.isBehind(peer),
      lastRoundWith: (peer) => this.#pulling.lastRoundWith(peer),
    })
    const found = { ...components, libp2p, dhts, peers: this.peers }
    this.#discovery = new Discovery(found, { ...init, discriminators: keyring.capabilities.map(discriminatorOf) })
  }

  /** @internal */
  async start(peers: ConfiguredPeers): Promise<void> {
    await this.#replicate.start()
    this.#gossip?.start({
      hinted: ({ peer, ...hint }) => this.#replicate.hint(peer, hint),
      reachChanged: (peer) => this.#pulling.reconsider(peer),
      rejected: (peer, code) => this.#conduct.report(peer, code),
    })
    if (this.#log.mending.count > 0) this.#forgetTold()
    this.#stopMending = this.#log.mending.listen({ noted: () => this.#askAnew() })
    this.#pulling.start()
    this.#reach.start({ libp2p: this.#libp2p, logger: this.#logger })
    this.peers.start(peers)
    await this.#discovery.start()
  }

  get peerId(): string {
    return this.#libp2p.peerId.toString()
  }

  /** Where this node can be dialled, with its PeerId. */
  get multiaddrs(): string[] {
    return this.#libp2p.getMultiaddrs().map(String)
  }

  /** The port that is listened on, also when a free one was picked. */
  get port(): number {
    const [address] = this.#libp2p.getMultiaddrs()
    const tcp = address?.getComponents().find(({ name }) => name === 'tcp')?.value
    return Number(tcp ?? 0)
  }

  /** Network keys besides the one we speak with, and who came by each; none unless the network changes its key. */
  get olderKeys(): OlderKey[] {
    const connected = new Set(this.#libp2p.getPeers().map(String))
    return olderKeysIn(this.#keyring, (peerId) => connected.has(peerId))
  }

  /** From where this node can be reached. */
  get reach(): ReachState {
    return this.#reach.state()
  }

  /** How many were refused since the start, by cause. */
  get refusals(): Record<string, number> {
    return this.#refusals.counts()
  }

  /** The latest refusals, newest first. */
  get lastRefusals(): Refusal[] {
    return this.#refusals.last()
  }

  /** What replication did since the start. */
  get replication(): ReplicateCounts {
    return this.#replicate.counts()
  }

  /** How many peers are followed live, by what their streams carry. */
  get following(): Following {
    return this.#pulling.following()
  }

  /** How gossip goes; undefined when this node takes part in none. */
  get gossip(): GossipCounts | undefined {
    return this.#gossip?.counts()
  }

  /** Hangs up and stops listening. Safe to call twice. */
  async stop(): Promise<void> {
    const impatient = setTimeout(() => this.#cutLines(), GOODBYE_MS)
    await this.#stopAll().finally(() => clearTimeout(impatient))
  }

  async #stopAll(): Promise<void> {
    this.#stopMending()
    this.#reach.stop()
    await this.#discovery.stop()
    await this.#dialler.stop()
    await this.#gossip?.stop()
    await Promise.all([this.#pulling.stop(), this.#replicate.stop()])
    await this.#libp2p.stop()
  }

  /** A message that was here is damaged: whoever was asked before is asked again. */
  #askAnew(): void {
    this.#forgetTold()
    this.#pulling.beginAnew()
  }

  /** What peers told is told again. On a disk that takes nothing the next start tries once more. */
  #forgetTold(): void {
    try {
      this.#pullStore.forget()
    } catch (error) {
      this.#logger.warn({ err: error }, 'what peers told is not forgotten: a damaged message is not asked for yet')
    }
  }

  /** Whoever has not said goodbye by now may be asleep, or behind a line that is dead. */
  #cutLines(): void {
    for (const connection of this.#libp2p.getConnections()) connection.abort(new Error('The node stops.'))
  }
}

/**
 * Starts the network; known peers are dialled at once.
 *
 * @throws NetworkError `NETWORK_PORT_IN_USE`, `NETWORK_LISTEN_FAILED`, `PEER_ADDRESS_INVALID`
 */
export async function startNetwork(components: NetworkComponents, init: NetworkInit): Promise<Network> {
  const gates = new Gates()
  const bans = new Bans(components.banStore, components.clock)
  const refusals = new Refusals(gates, components.clock)
  const [first, ...older] = init.networkKeys
  const keyring = new Keyring([capabilityOf(first), ...older.map(capabilityOf)], components.clock)
  const budgets = new StorageBudgets({ ...init.budgets, onSpent: (spent) => refusals.note(spent) })
  const discriminator = discriminatorOf(keyring.capabilities[0])
  const presence = init.push && init.presence ? new Presence(components, discriminator) : undefined
  const gossip = init.push ? new Gossip({ ...components, budgets, presence }, discriminator) : undefined
  const dhts = init.dht ? await Promise.all(keyring.capabilities.map((one) => openDht(discriminatorOf(one)))) : []
  const parts = { keyring, bans, refusals, budgets, gossip, presence, dhts, reach: await openReach(init) }
  const libp2p = await startNode({ ...components, ...init, ...parts, gates })
  const network = new Network(libp2p, parts, components, init)
  try {
    await network.start(init)
    return network
  } catch (error) {
    await network.stop()
    throw error
  }
}
