// Publishing once: a caller that did not hear the answer says the same again under the same key, and gets the message that it made the
// first time. The key stands in the same transaction as the message, so that one is never there without the other.

import { draftDigest } from '../feed/index.ts'
import { PUBLISHED_KEYS_FORGOTTEN_AT_ONCE, PUBLISHED_KEYS_MAX, PUBLISHED_KEYS_MS } from './constants.ts'
import { LogError } from './errors.ts'
import type { Draft, Hash } from '../feed/index.ts'

/** Under which key something is published. */
export interface PublishOnce {
  /** Chosen by the caller, 1 to 255 characters. */
  key: string
  /** Kept with the key and given back with the message: what else the first answer said. */
  note: string
}

/** What was published under a key. */
export interface PublishedUnderKey extends PublishOnce {
  /** Of what was to be signed, whatever its place in the feed. */
  digest: Hash
  /** Of the message. */
  hash: Hash
  /** Milliseconds since 1970. */
  at: number
}

/** Durable, small, synchronous; its writes join the transaction of the log's store. store/ implements it. */
export interface PublishedKeyStore {
  published(key: string): PublishedUnderKey | undefined
  /** In place of what was published under the same key. */
  remember(record: PublishedUnderKey): void
  /** Of the oldest `count` keys, removes those from before a time and those beyond the newest `keep`. */
  forget(before: number, keep: number, count: number): void
}

/** What the keys work with. */
export interface PublishedKeysComponents {
  store: PublishedKeyStore
  /** Milliseconds since 1970. */
  clock: () => number
}

/** The keys of the last day. */
export class PublishedKeys {
  readonly #store: PublishedKeyStore
  readonly #clock: () => number

  constructor({ store, clock }: PublishedKeysComponents) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * What this very draft was published as.
   *
   * @throws LogError `LOG_KEY_CONFLICT` when another draft was published under this key
   */
  find(key: string, draft: Draft): PublishedUnderKey | undefined {
    const record = this.under(key)
    if (record === undefined) return undefined
    if (record.digest !== draftDigest(draft)) throw conflict(record)
    return record
  }

  /** What was published under this key, whatever it was. */
  under(key: string): PublishedUnderKey | undefined {
    const record = this.#store.published(key)
    return record === undefined || record.at <= this.#clock() - PUBLISHED_KEYS_MS ? undefined : record
  }

  /** To be called in the transaction that appends the message. Old keys leave a few at a time. */
  remember({ key, note }: PublishOnce, draft: Draft, hash: Hash): void {
    const now = this.#clock()
    this.#store.remember({ key, note, digest: draftDigest(draft), hash, at: now })
    this.#store.forget(now - PUBLISHED_KEYS_MS, PUBLISHED_KEYS_MAX, PUBLISHED_KEYS_FORGOTTEN_AT_ONCE)
  }
}

function conflict({ hash }: PublishedUnderKey): LogError {
  const advice = 'A key stands for one message: take another for another.'
  return new LogError('LOG_KEY_CONFLICT', `Something else was published under this key, as ${hash}. ${advice}`, {
    hash,
  })
}

/** The message of a key was there and is not any more. */
export function forgotten({ hash }: PublishedUnderKey): LogError {
  const text = `This was published as ${hash}, and has been forgotten since. Take another key to publish it again.`
  return new LogError('LOG_KEY_CONFLICT', text, { hash })
}
