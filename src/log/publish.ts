// Our own messages on their way in: drafts of one tick are sealed and inserted in one durable transaction.

import { FeedError, formatTimestamp, sealMessage } from '../feed/index.ts'
import { LogError } from './errors.ts'
import { OpenFeed } from './open-feed.ts'
import { appendPlaced } from './place.ts'
import { forgotten, PublishedKeys } from './published-keys.ts'
import { TurnQueue } from './turn-queue.ts'
import type { Draft, Hash } from '../feed/index.ts'
import type { LogComponents } from './components.ts'
import type { MessageEntry } from './entry.ts'
import type { Ours } from './ingest.ts'
import type { FeedRow, LogStore } from './log-store.ts'
import type { OwnFeed } from './own-feed.ts'
import type { PublishedUnderKey, PublishOnce } from './published-keys.ts'

/** Sealing and inserting one takes some 50 µs; this many stay well below 20 ms on the main thread. */
const GROUP_DRAFTS_MAX = 128

/** What became of a draft. */
export interface Published {
  message: MessageEntry
  /** When it had been published before, under the same key: the note of that time. */
  earlier?: { note: string }
}

interface Waiting {
  draft: Draft
  once: PublishOnce | undefined
  resolve: (published: Published) => void
  reject: (error: unknown) => void
}

type Sealed =
  | { waiting: Waiting; hash: Hash }
  | { waiting: Waiting; earlier: PublishedUnderKey }
  | { waiting: Waiting; error: unknown }

/** The only way in for what we say ourselves. */
export class Publisher {
  readonly #store: LogStore
  readonly #components: LogComponents
  readonly #ownFeed: OwnFeed
  readonly #keys: PublishedKeys
  readonly #appended: () => void
  readonly #queue = new TurnQueue<Waiting>(GROUP_DRAFTS_MAX, (group) => this.#commitGroup(group))

  /** @param appended - rung after each transaction that appended something */
  constructor(components: LogComponents, { ownFeed }: Pick<Ours, 'ownFeed'>, appended: () => void) {
    this.#store = components.store
    this.#components = components
    this.#ownFeed = ownFeed
    this.#keys = new PublishedKeys({ store: components.publishedKeyStore, clock: components.clock })
    this.#appended = appended
  }

  /** Resolves when the message is on disk. */
  publish(draft: Draft, once?: PublishOnce): Promise<Published> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, once, resolve, reject })
    })
  }

  /** What this draft was published as under this key. */
  published(draft: Draft, key: string): Published | undefined {
    try {
      const earlier = this.#keys.find(key, draft)
      return earlier && this.#again(earlier)
    } catch (error) {
      throw error instanceof FeedError ? draftError(error) : error
    }
  }

  /** The message that was published under this key, whatever it says; undefined also when it has been forgotten. */
  publishedUnder(key: string): MessageEntry | undefined {
    const earlier = this.#keys.under(key)
    return earlier && this.#store.message(earlier.hash)
  }

  #commitGroup(group: readonly Waiting[]): number {
    try {
      const sealed = this.#store.transact(() => this.#sealGroup(group))
      for (const one of sealed) this.#answer(one)
      this.#appended()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    return group.length
  }

  /** Reads the head inside the transaction, so that no two drafts can take one sequence. */
  #sealGroup(group: readonly Waiting[]): Sealed[] {
    const feed = new OpenFeed(this.#store, this.#store.openFeed(this.#components.identity.author), true)
    this.#refuseWhenNotOurs(feed.row)
    const sealed = group.map((waiting) => this.#sealOne(feed, waiting))
    feed.save()
    return sealed
  }

  #refuseWhenNotOurs(feed: FeedRow): void {
    if (feed.forkedAt !== undefined) throw forked(feed.forkedAt)
    if (this.#ownFeed.isRolledBack()) throw rolledBack(feed.head)
  }

  #sealOne(feed: OpenFeed, waiting: Waiting): Sealed {
    const { identity, clock } = this.#components
    const receivedAt = clock()
    const { draft, once } = waiting
    try {
      const earlier = once && this.#keys.find(once.key, draft)
      if (earlier !== undefined) return { waiting, earlier }
      const head = { sequence: feed.row.head, hash: feed.row.headHash }
      const message = sealMessage(draft, head, formatTimestamp(receivedAt), identity)
      appendPlaced(feed, message, { receivedAt, receivedFrom: undefined })
      if (once !== undefined) this.#keys.remember(once, draft, message.hash)
      return { waiting, hash: message.hash }
    } catch (error) {
      if (error instanceof FeedError) return { waiting, error: draftError(error) }
      if (error instanceof LogError) return { waiting, error }
      throw error
    }
  }

  #answer(sealed: Sealed): void {
    const { waiting } = sealed
    try {
      waiting.resolve(this.#publishedBy(sealed))
    } catch (error) {
      waiting.reject(error)
    }
  }

  #publishedBy(sealed: Sealed): Published {
    if ('error' in sealed) throw sealed.error
    return 'earlier' in sealed ? this.#again(sealed.earlier) : { message: this.#read(sealed.hash) }
  }

  #read(hash: Hash): MessageEntry {
    const message = this.#store.message(hash)
    if (message === undefined) throw new Error('A message just written could not be read back.')
    return message
  }

  #again(earlier: PublishedUnderKey): Published {
    const message = this.#store.message(earlier.hash)
    if (message === undefined) throw forgotten(earlier)
    return { message, earlier: { note: earlier.note } }
  }
}

function draftError(cause: FeedError): LogError {
  const code = cause.code === 'FEED_TOO_LARGE' ? 'LOG_DRAFT_TOO_LARGE' : 'LOG_DRAFT_INVALID'
  return new LogError(code, cause.message, { ...cause.details }, { cause })
}

function forked(sequence: number): LogError {
  const advice =
    'This identity was used in two places and its feed cannot go on. Start with a new data directory for a new identity.'
  return new LogError('LOG_FORKED', `Our own feed is forked at sequence ${sequence}. ${advice}`, { sequence })
}

function rolledBack(head: number): LogError {
  const advice =
    'Publishing goes on by itself when a connected peer has given what it holds. Only who runs this node knows that none holds any: docs/keys.md.'
  return new LogError(
    'LOG_ROLLED_BACK',
    `Peers hold messages of our own feed beyond ${head} that are not here, or may hold some. ${advice}`,
    { head },
  )
}
