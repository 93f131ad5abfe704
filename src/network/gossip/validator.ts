// What becomes of a payload that a peer sent: the lines of protocols/gossip/1/spec.md §5, in their order.

import { FeedError, openItem, verifySignature } from '../../feed/index.ts'
import { Announcements } from './announcements.ts'
import { ACCEPTED_RATE, ANNOUNCEMENTS_KEPT_MAX, PAYLOAD_BYTES_MAX, RATES_KEPT_MAX, SEEN_MS } from './constants.ts'
import { decodePayload } from './payload.ts'
import { Rates } from './rates.ts'
import type { Author, FeedErrorCode, Hash, Item, SealedMessage } from '../../feed/index.ts'
import type { Log } from '../../log/index.ts'
import type { StorageBudgets } from '../replicate/index.ts'
import type { Announcement, Payload } from './payload.ts'
import type { Pushed } from './pushed.ts'

/** Why a payload is neither taken in nor forwarded, and held against nobody. */
export type IgnoreReason =
  | 'size'
  | 'peer_rate'
  | 'shape'
  | 'held'
  | 'blocked'
  | 'author_rate'
  | 'budget'
  | 'expired'
  | 'forgotten'
  | 'forked'
  | 'unwanted'

/** What became of a payload. */
export type Verdict =
  /** `missing`: the sequence up to which something of this feed may be missing here. */
  | { accept: Payload['kind']; author: Author; missing: number | undefined }
  | { ignore: IgnoreReason }
  | { reject: FeedErrorCode }

/** What the validator works with. */
export interface ValidatorComponents {
  log: Pick<Log, 'message' | 'ingest' | 'positions' | 'author'>
  budgets: Pick<StorageBudgets, 'authorSpentSince' | 'peerWaitMs' | 'stored'>
  isBlocked: (author: Author) => boolean
  pushed: Pushed
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Judges payloads. What it accepts is in the log when it says so. */
export class Validator {
  readonly #components: ValidatorComponents
  readonly #ofPeers = new Rates(ACCEPTED_RATE, RATES_KEPT_MAX)
  readonly #ofAuthors = new Rates(ACCEPTED_RATE, RATES_KEPT_MAX)
  readonly #announcements = new Announcements(SEEN_MS, ANNOUNCEMENTS_KEPT_MAX)

  constructor(components: ValidatorComponents) {
    this.#components = components
  }

  /**
   * @param from - PeerId of the peer that sent it
   * @throws LogError `LOG_CLOSED`, and what the store throws
   */
  async judge(data: Uint8Array, from: string): Promise<Verdict> {
    if (data.length > PAYLOAD_BYTES_MAX) return { ignore: 'size' }
    if (!this.#ofPeers.take(from, this.#components.clock())) return { ignore: 'peer_rate' }
    const payload = decodePayload(data)
    if (payload === undefined) return { ignore: 'shape' }
    return payload.kind === 'item' ? this.#judgeItem(payload, from) : this.#judgeAnnouncement(payload)
  }

  async #judgeItem(item: Item, from: string): Promise<Verdict> {
    const message = openedOrCode(item)
    if (typeof message === 'string') return { reject: message }
    const ignore = (await this.#reasonToIgnore(message)) ?? this.#budgetSpent(message.author, from)
    if (ignore !== undefined) return { ignore }
    // Before it is in the log, where others see it.
    this.#components.pushed.add(message.hash)
    const [result] = await this.#components.log.ingest([item], from, { unasked: true })
    if (result === undefined || 'error' in result) return { reject: result?.error ?? 'FEED_SIGNATURE_INVALID' }
    switch (result.outcome) {
      case 'appended':
        this.#account(message, from)
        return this.#accepted('item', message.author, await this.#gapBelow(message))
      case 'duplicate':
      case 'mended':
        return { ignore: 'held' }
      case 'forgotten':
      case 'expired':
      case 'blocked':
      case 'forked':
      case 'unwanted':
        return { ignore: result.outcome }
    }
  }

  async #judgeAnnouncement(announcement: Announcement): Promise<Verdict> {
    const ignore = this.#isKnown(announcement) ? 'held' : await this.#reasonToIgnore(announcement)
    if (ignore !== undefined) return { ignore }
    if (!(await verifySignature(announcement))) return { reject: 'FEED_SIGNATURE_INVALID' }
    // The same one may have come in other bytes while this one was verified.
    if (this.#isKnown(announcement)) return { ignore: 'held' }
    this.#announcements.add(announcement, this.#components.clock())
    return this.#accepted('announcement', announcement.author, announcement.sequence)
  }

  async #reasonToIgnore({ author, hash }: { author: Author; hash: Hash }): Promise<IgnoreReason | undefined> {
    const { log, isBlocked, clock } = this.#components
    if ((await log.message(hash)) !== undefined) return 'held'
    if (isBlocked(author)) return 'blocked'
    return this.#ofAuthors.has(author, clock()) ? undefined : 'author_rate'
  }

  /** What is ignored for this is asked for by pull when there is room for it again. */
  #budgetSpent(author: Author, from: string): IgnoreReason | undefined {
    const { budgets, log, clock } = this.#components
    if (author === log.author) return undefined
    const isSpent = budgets.authorSpentSince(author, clock()) !== undefined || budgets.peerWaitMs(from, clock()) > 0
    return isSpent ? 'budget' : undefined
  }

  #account({ author, text }: SealedMessage, from: string): void {
    const { budgets, log, clock } = this.#components
    if (author !== log.author) budgets.stored(author, from, Buffer.byteLength(text), clock())
  }

  #isKnown(announcement: Announcement): boolean {
    return this.#announcements.has(announcement, this.#components.clock())
  }

  /** Only what is proven to be an author's counts towards what is taken of him. */
  #accepted(accept: Payload['kind'], author: Author, missing: number | undefined): Verdict {
    this.#ofAuthors.take(author, this.#components.clock())
    return { accept, author, missing }
  }

  async #gapBelow({ author, sequence }: SealedMessage): Promise<number | undefined> {
    const [position] = await this.#components.log.positions([{ author, sequence }])
    return position?.missing.some(({ to }) => to === sequence - 1) ? sequence - 1 : undefined
  }
}

function openedOrCode(item: Item): SealedMessage | FeedErrorCode {
  try {
    return openItem(item)
  } catch (error) {
    if (error instanceof FeedError) return error.code
    throw error
  }
}
