// What becomes of a beat that a peer sent: the lines of protocols/presence/1/spec.md §4, in their order.

import { verifySignature } from '../../feed/index.ts'
import { Rates } from '../gossip/index.ts'
import { AUTHOR_RATE, PEER_RATE, PRESENCE_BYTES_MAX, RATES_KEPT_MAX, TIME_SKEW_MS } from './constants.ts'
import { decodeBeat } from './payload.ts'
import type { Author, FeedErrorCode } from '../../feed/index.ts'
import type { Heard } from './heard.ts'
import type { SignedBeat } from './payload.ts'

/** Why a beat is neither taken nor passed on, and held against nobody. */
export type PresenceIgnored = 'size' | 'peer_rate' | 'shape' | 'own' | 'blocked' | 'time' | 'known' | 'author_rate'

/** What became of a beat. */
export type PresenceVerdict = { accept: Author } | { ignore: PresenceIgnored } | { reject: FeedErrorCode }

/** What the validator works with. */
export interface PresenceValidatorComponents {
  self: Author
  discriminator: string
  heard: Heard
  isBlocked: (author: Author) => boolean
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Judges beats. What it accepts is among those heard when it says so. */
export class PresenceValidator {
  readonly #components: PresenceValidatorComponents
  readonly #ofPeers = new Rates(PEER_RATE, RATES_KEPT_MAX)
  readonly #ofAuthors = new Rates(AUTHOR_RATE, RATES_KEPT_MAX)

  constructor(components: PresenceValidatorComponents) {
    this.#components = components
  }

  /** @param from - PeerId of the peer that sent it */
  async judge(data: Uint8Array, from: string): Promise<PresenceVerdict> {
    const { discriminator, heard, clock } = this.#components
    if (data.length > PRESENCE_BYTES_MAX) return { ignore: 'size' }
    if (!this.#ofPeers.take(from, clock())) return { ignore: 'peer_rate' }
    const signed = decodeBeat(data, discriminator)
    if (signed === undefined) return { ignore: 'shape' }
    const ignore = this.#reasonToIgnore(signed)
    if (ignore !== undefined) return { ignore }
    if (!(await verifySignature(signed))) return { reject: 'FEED_SIGNATURE_INVALID' }
    const { author, beat } = signed
    // A later one may have come while this one was verified.
    if (beat.time <= heard.lastOf(author)) return { ignore: 'known' }
    this.#ofAuthors.take(author, clock())
    heard.add(author, beat, clock())
    return { accept: author }
  }

  #reasonToIgnore({ author, beat: { time } }: SignedBeat): PresenceIgnored | undefined {
    const { self, heard, isBlocked, clock } = this.#components
    if (author === self) return 'own'
    if (isBlocked(author)) return 'blocked'
    if (Math.abs(time - clock()) > TIME_SKEW_MS) return 'time'
    if (time <= heard.lastOf(author)) return 'known'
    return this.#ofAuthors.has(author, clock()) ? undefined : 'author_rate'
  }
}
