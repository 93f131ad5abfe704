// Presence of one node: it says that it is there, and listens who else is. By gossip, on a topic of its own; nothing of it is stored.

import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { Tokens } from '../gossip/index.ts'
import { AGAIN_MAX, AGAIN_MS, BEAT_MS, BEATS_RATE } from './constants.ts'
import { Heard } from './heard.ts'
import { OwnStatements } from './own.ts'
import { encodeBeat } from './payload.ts'
import { PresenceValidator } from './validator.ts'
import type { Message, SubscriptionChangeData } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { FeedErrorCode, Identity } from '../../feed/index.ts'
import type { Log } from '../../log/index.ts'
import type { Logger } from '../../logger.ts'
import type { Pubsub } from '../gossip/index.ts'
import type { Present } from './heard.ts'
import type { Beat, Statement } from './payload.ts'
import type { PresenceIgnored, PresenceVerdict } from './validator.ts'

/** What presence works with. */
export interface PresenceComponents {
  identity: Identity
  log: Pick<Log, 'selection'>
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** How presence goes: who is there now, and counters of beats since the start. */
export interface PresenceCounts {
  /** Nodes, this one included. */
  present: number
  /** Our own that went out, however many peers took them. */
  said: number
  accepted: number
  ignored: Partial<Record<PresenceIgnored, number>>
  /** By the code of what was wrong. */
  rejected: Partial<Record<FeedErrorCode, number>>
}

/** Speaks and listens from {@link start} to {@link stop}. */
export class Presence {
  readonly topic: string
  readonly #components: PresenceComponents
  readonly #discriminator: string
  readonly #heard = new Heard()
  readonly #own = new OwnStatements()
  readonly #validator: PresenceValidator
  readonly #tokens: Tokens
  readonly #counts: Omit<PresenceCounts, 'present'> = { said: 0, accepted: 0, ignored: {}, rejected: {} }
  #pubsub: Pubsub | undefined
  #rejected: (peer: string, code: FeedErrorCode) => void = () => {}
  #next: NodeJS.Timeout | undefined
  /** Peers that have just subscribed, and how often a beat was said in vain for each. */
  readonly #unmet = new Map<string, number>()

  /** @param discriminator - of the network */
  constructor(components: PresenceComponents, discriminator: string) {
    const { identity, log, clock } = components
    this.#components = components
    this.#discriminator = discriminator
    this.topic = `/egregore/${discriminator}/presence/1`
    this.#tokens = new Tokens(BEATS_RATE, clock())
    const isBlocked = log.selection.isBlocked.bind(log.selection)
    this.#validator = new PresenceValidator({
      self: identity.author,
      discriminator,
      heard: this.#heard,
      isBlocked,
      clock,
    })
  }

  /** The service must be running. */
  start(pubsub: Pubsub, rejected: (peer: string, code: FeedErrorCode) => void): void {
    this.#pubsub = pubsub
    this.#rejected = rejected
    pubsub.topicValidators.set(this.topic, this.#validate)
    pubsub.addEventListener('subscription-change', this.#subscriptionChanged)
    pubsub.subscribe(this.topic)
    this.#beat()
  }

  /** Says that this node leaves. Safe to call twice. */
  async stop(): Promise<void> {
    const pubsub = this.#pubsub
    this.#pubsub = undefined
    clearTimeout(this.#next)
    if (pubsub === undefined) return
    pubsub.removeEventListener('subscription-change', this.#subscriptionChanged)
    await this.#send(pubsub, this.#own.farewell(this.#components.clock()))
    pubsub.unsubscribe(this.topic)
  }

  /**
   * How the node, or an agent on it, is from now on.
   *
   * @param agent - undefined for the node itself
   * @param forMs - how long that holds, unless it is said again
   */
  say(agent: string | undefined, statement: Statement, forMs: number): void {
    this.#own.say(agent, statement, this.#components.clock() + forMs)
    if (this.#pubsub !== undefined) this.#beat()
  }

  /** Who is there: ourselves, then others, those heard of last first. Those who were blocked meanwhile are left out. */
  present(): Present[] {
    const { identity, log, clock } = this.#components
    const now = clock()
    const self = { author: identity.author, heardAt: now, time: now, ...this.#own.at(now) }
    return [self, ...this.#heard.present(now).filter(({ author }) => !log.selection.isBlocked(author))]
  }

  /** A copy. */
  counts(): PresenceCounts {
    return { present: this.present().length, ...structuredClone(this.#counts) }
  }

  /** Now when that is no flood, else as soon as it is none; then again after a while. */
  #beat(): void {
    const { clock } = this.#components
    const waitMs = this.#tokens.waitMs(clock())
    this.#beatIn(waitMs || BEAT_MS)
    if (waitMs > 0 || this.#pubsub === undefined) return
    this.#tokens.take(clock())
    void this.#send(this.#pubsub, this.#own.beat(clock())).then((recipients) => this.#met(recipients))
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#next)
    this.#next = setTimeout(() => this.#beat(), ms).unref()
  }

  /** A peer tells what it subscribes to before there is a stream to answer by. */
  #met(recipients: readonly PeerId[]): void {
    for (const peer of recipients) this.#unmet.delete(peer.toString())
    for (const [peer, times] of this.#unmet) {
      if (times === AGAIN_MAX) this.#unmet.delete(peer)
      else this.#unmet.set(peer, times + 1)
    }
    if (this.#unmet.size > 0 && this.#pubsub !== undefined) this.#beatIn(AGAIN_MS)
  }

  async #send(pubsub: Pubsub, beat: Beat): Promise<readonly PeerId[]> {
    const { identity, logger } = this.#components
    try {
      const { recipients } = await pubsub.publish(this.topic, encodeBeat(beat, identity, this.#discriminator), {
        floodPublish: true,
      })
      this.#counts.said++
      return recipients
    } catch (error) {
      // The next one may go out.
      logger.debug({ reason: (error as Error).message }, 'a beat was not sent')
      return []
    }
  }

  /** gossipsub takes an exception for Ignore, so that what is wrong must be an answer. */
  readonly #validate = async (peer: PeerId, { data }: Message): Promise<TopicValidatorResult> => {
    const from = peer.toString()
    const verdict = await this.#validator.judge(data, from)
    this.#count(verdict)
    if ('accept' in verdict) return TopicValidatorResult.Accept
    if ('ignore' in verdict) return TopicValidatorResult.Ignore
    this.#components.logger.debug({ peer: from, code: verdict.reject }, 'presence rejected')
    this.#rejected(from, verdict.reject)
    return TopicValidatorResult.Reject
  }

  #count(verdict: PresenceVerdict): void {
    const { ignored, rejected } = this.#counts
    if ('accept' in verdict) this.#counts.accepted++
    else if ('ignore' in verdict) ignored[verdict.ignore] = (ignored[verdict.ignore] ?? 0) + 1
    else rejected[verdict.reject] = (rejected[verdict.reject] ?? 0) + 1
  }

  readonly #subscriptionChanged = ({ detail }: CustomEvent<SubscriptionChangeData>): void => {
    if (!detail.subscriptions.some(({ topic, subscribe }) => subscribe && topic === this.topic)) return
    this.#unmet.set(detail.peerId.toString(), 0)
    this.#beat()
  }
}
