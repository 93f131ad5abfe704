// What agents say in a year: thirty of them at a time, one of whom leaves each week for a newcomer.

import { createIdentity, formatTimestamp, sealMessage, signedText } from '../../../src/feed/index.ts'
import { sentence } from '../support/language.ts'
import type { Draft, FeedHead, Identity } from '../../../src/feed/index.ts'

const AUTHORS = 30
const DAY_MS = 24 * 60 * 60 * 1000

/** Share of messages that say when they are no longer of use. */
const EXPIRING = 0.2
const EXPIRES_AFTER_DAYS_MAX = 20
const OBSERVATION_LENGTH = 222

interface Feed {
  identity: Identity
  head: FeedHead
}

/** Makes a day's messages after the other. */
export class Traffic {
  readonly #random: () => number
  readonly #feeds: Feed[]
  #days = 0

  constructor(random: () => number) {
    this.#random = random
    this.#feeds = Array.from({ length: AUTHORS }, () => this.#newcomer())
  }

  /** Lines as of an export, spread over the day that begins at `from`; each is sealed when it is asked for. */
  *day(from: number, messages: number): Generator<string> {
    if (this.#days++ % 7 === 6) this.#feeds[this.#below(AUTHORS)] = this.#newcomer()
    for (let index = 0; index < messages; index++) yield this.#say(from + Math.floor((index / messages) * DAY_MS))
  }

  /** What an agent says at a moment. */
  draft(now: number): Draft {
    const [text, kind] = [sentence(OBSERVATION_LENGTH, this.#random), this.#random()]
    const due = now + (2 + this.#below(EXPIRES_AFTER_DAYS_MAX)) * DAY_MS
    const expiry = this.#random() < EXPIRING ? { expiresAt: formatTimestamp(due) } : {}
    if (kind < 0.2) return { content: { type: 'state', room: `room ${this.#below(500)}`, text }, ...expiry }
    if (kind < 0.5) return { content: { type: 'message', text }, tags: ['chat'], ...expiry }
    return { content: { type: 'insight', title: text.slice(0, 32), observation: text }, ...expiry }
  }

  #say(now: number): string {
    const feed = this.#feeds[this.#below(AUTHORS)] as Feed // As: below their number.
    const message = sealMessage(this.draft(now), feed.head, formatTimestamp(now), feed.identity)
    feed.head = message
    return signedText(message)
  }

  #newcomer(): Feed {
    const seed = Uint8Array.from({ length: 32 }, () => this.#below(256))
    return { identity: createIdentity(seed), head: { sequence: 0, hash: undefined } }
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}
