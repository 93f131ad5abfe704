// Gossip of one node: new messages go out and come in by gossipsub, one topic for the whole network. Quick, and without promises: what it does
// not bring, replicate/ brings.

import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { FLOOD_BELOW_SUBSCRIBERS, HINT_MS, HINTS_KEPT_MAX } from './constants.ts'
import { Gaps } from './gaps.ts'
import { Publisher } from './publisher.ts'
import { openPubsub } from './pubsub.ts'
import { Pushed } from './pushed.ts'
import { Validator } from './validator.ts'
import type { GossipSubComponents, Message, SubscriptionChangeData } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { Author, FeedErrorCode, Hash } from '../../feed/index.ts'
import type { Log } from '../../log/index.ts'
import type { Logger } from '../../logger.ts'
import type { StorageBudgets } from '../replicate/index.ts'
import type { Hint } from './gaps.ts'
import type { DropReason, Pubsub } from './pubsub.ts'
import type { IgnoreReason, Verdict } from './validator.ts'

/** What gossip works with. */
export interface GossipComponents {
  log: Log
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
  /** What may be stored of whom. */
  budgets: Pick<StorageBudgets, 'authorSpentSince' | 'peerWaitMs' | 'stored'>
  /** Another topic that goes over the same service; absent when it is off. */
  presence?: Companion | undefined
}

/** What shares the service. */
export interface Companion {
  topic: string
  start(pubsub: Pubsub, rejected: GossipListener['rejected']): void
  stop(): Promise<void>
}

/** Whom gossip tells what. */
export interface GossipListener {
  /** A peer has messages that we miss. */
  hinted: (hint: Hint) => void
  /** Whether gossip reaches this peer has changed. */
  reachChanged: (peer: PeerId) => void
  /** A peer sent what no peer that validates passes on. */
  rejected: (peer: string, code: FeedErrorCode) => void
}

/** How gossip goes: whom it reaches now, and counters since the start. */
export interface GossipCounts {
  /** Connected peers that take part. */
  subscribers: number
  /** Our own messages and announcements that went out. */
  published: number
  /** Copies included. */
  received: number
  accepted: number
  ignored: Partial<Record<IgnoreReason | DropReason, number>>
  /** By the code of what was wrong. */
  rejected: Partial<Record<FeedErrorCode, number>>
  /** Questions to peers that gossip led to. */
  hints: number
}

/**
 * Pushes our own messages from {@link start} to {@link stop}, and takes part in the network's topic for as long as this node wants all feeds:
 * whoever wants some of them only is not sent the others.
 */
export class Gossip {
  readonly #components: GossipComponents
  readonly #topic: string
  readonly #validator: Validator
  readonly #pushed = new Pushed()
  readonly #gaps = new Gaps(HINT_MS, HINTS_KEPT_MAX)
  readonly #counts: Omit<GossipCounts, 'subscribers'> = {
    published: 0,
    received: 0,
    accepted: 0,
    ignored: {},
    rejected: {},
    hints: 0,
  }
  #pubsub: Pubsub | undefined
  #listener: GossipListener | undefined
  #stopping = new AbortController()
  #publishing: Promise<void> | undefined
  #ignoreSelection: () => void = () => {}

  /** @param discriminator - of the network */
  constructor(components: GossipComponents, discriminator: string) {
    this.#components = components
    this.#topic = `/egregore/${discriminator}/feed/1`
    const isBlocked = (author: Author): boolean => components.log.selection.isBlocked(author)
    this.#validator = new Validator({ ...components, isBlocked, pushed: this.#pushed })
  }

  /** The libp2p service; libp2p starts and stops it. */
  readonly service = (components: GossipSubComponents): Pubsub => {
    const { clock, presence } = this.#components
    const onMessage = (topic: string, dropped: DropReason | undefined): void => {
      // Presence is no traffic of messages.
      if (topic === presence?.topic) return
      this.#counts.received++
      if (dropped !== undefined) count(this.#counts.ignored, dropped)
    }
    const others = presence === undefined ? [] : [presence.topic]
    this.#pubsub = openPubsub(components, { topic: this.#topic, others, clock, onMessage })
    return this.#pubsub
  }

  /** libp2p must be running. */
  start(listener: GossipListener): void {
    if (this.#pubsub === undefined || this.#publishing !== undefined) return
    this.#listener = listener
    this.#stopping = new AbortController()
    this.#pubsub.topicValidators.set(this.#topic, this.#validate)
    this.#pubsub.addEventListener('subscription-change', this.#subscriptionChanged)
    this.#ignoreSelection = this.#components.log.selection.onChange(() => this.#joinOrLeave())
    this.#publishing = this.#publish(this.#stopping.signal)
    this.#joinOrLeave()
    this.#components.presence?.start(this.#pubsub, listener.rejected)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    await this.#components.presence?.stop()
    this.#stopping.abort()
    await this.#publishing
    this.#publishing = undefined
    this.#ignoreSelection()
    this.#pubsub?.removeEventListener('subscription-change', this.#subscriptionChanged)
    this.#joinOrLeave()
  }

  /** Whether this node is subscribed: it wants all feeds. */
  get takesPart(): boolean {
    return this.#pubsub?.getTopics().includes(this.#topic) === true
  }

  /** Whether we and this peer both take part: then new messages travel by gossip between us. */
  reaches(peer: PeerId): boolean {
    return this.takesPart && this.#subscribers().some((subscriber) => subscriber.equals(peer))
  }

  /** Whether this node sent or forwarded a message by gossip lately. */
  hasPushed(hash: Hash): boolean {
    return this.#pushed.has(hash)
  }

  /** A copy. */
  counts(): GossipCounts {
    return { subscribers: this.#subscribers().length, ...structuredClone(this.#counts) }
  }

  #joinOrLeave(): void {
    const isWanted = this.#publishing !== undefined && this.#components.log.selection.scope === 'all'
    if (isWanted === this.takesPart) return
    if (isWanted) this.#pubsub?.subscribe(this.#topic)
    else this.#pubsub?.unsubscribe(this.#topic)
    for (const peer of this.#subscribers()) this.#listener?.reachChanged(peer)
  }

  #subscribers(): PeerId[] {
    return this.#pubsub?.getSubscribers(this.#topic) ?? []
  }

  async #publish(signal: AbortSignal): Promise<void> {
    const { log, clock, logger } = this.#components
    const publisher = new Publisher({
      log,
      clock,
      pushed: this.#pushed,
      send: (payload) => this.#send(payload),
      onArrived: ({ author, sequence }) => this.#follow(this.#gaps.arrived(author, sequence, clock())),
    })
    try {
      await publisher.run(signal)
    } catch (error) {
      // Peers still fetch everything; that it comes late is worth a line.
      logger.error({ reason: (error as Error).message }, 'gossip publishes no more')
    }
  }

  async #send(payload: Uint8Array): Promise<void> {
    const floodPublish = this.#subscribers().length < FLOOD_BELOW_SUBSCRIBERS
    await this.#pubsub?.publish(this.#topic, payload, { floodPublish })
    this.#counts.published++
  }

  /** gossipsub takes an exception for Ignore, so that what is wrong must be an answer. */
  readonly #validate = async (peer: PeerId, { data }: Message): Promise<TopicValidatorResult> => {
    const from = peer.toString()
    const verdict = await this.#validator.judge(data, from)
    this.#count(verdict, from)
    if ('reject' in verdict) return TopicValidatorResult.Reject
    if ('ignore' in verdict) return TopicValidatorResult.Ignore
    const { author, missing } = verdict
    if (missing !== undefined) {
      this.#follow(this.#gaps.noticed({ peer: from, author, upTo: missing }, this.#components.clock()))
    }
    return TopicValidatorResult.Accept
  }

  #follow(hint: Hint | undefined): void {
    if (hint === undefined) return
    this.#counts.hints++
    this.#listener?.hinted(hint)
  }

  #count(verdict: Verdict, peer: string): void {
    if ('accept' in verdict) this.#counts.accepted++
    else if ('ignore' in verdict) count(this.#counts.ignored, verdict.ignore)
    else {
      count(this.#counts.rejected, verdict.reject)
      this.#components.logger.debug({ peer, code: verdict.reject }, 'gossip rejected')
      this.#listener?.rejected(peer, verdict.reject)
    }
  }

  readonly #subscriptionChanged = ({ detail }: CustomEvent<SubscriptionChangeData>): void => {
    if (detail.subscriptions.some(({ topic }) => topic === this.#topic)) this.#listener?.reachChanged(detail.peerId)
  }
}

function count<Key extends string>(counts: Partial<Record<Key, number>>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1
}
