// Our own messages on their way in: drafts of one tick are sealed and inserted in one durable transaction.

import { FeedError, formatTimestamp, parseTimestamp, sealMessage } from '../feed/index.ts'
import { LogError } from './errors.ts'
import { OpenFeed } from './open-feed.ts'
import { appendPlaced } from './place.ts'
import { TurnQueue } from './turn-queue.ts'
import type { Draft, Hash } from '../feed/index.ts'
import type { MessageEntry } from './entry.ts'
import type { LogComponents } from './log.ts'
import type { FeedRow, LogStore } from './log-store.ts'

/** Sealing and inserting one takes some 50 µs; this many stay well below 20 ms on the main thread. */
const GROUP_DRAFTS_MAX = 128

interface Waiting {
  draft: Draft
  resolve: (entry: MessageEntry) => void
  reject: (error: unknown) => void
}

type Sealed = { waiting: Waiting; hash: Hash } | { waiting: Waiting; error: unknown }

/** The only way in for what we say ourselves. */
export class Publisher {
  readonly #store: LogStore
  readonly #components: LogComponents
  readonly #appended: () => void
  readonly #queue = new TurnQueue<Waiting>(GROUP_DRAFTS_MAX, (group) => this.#commitGroup(group))

  /** @param appended - rung after each transaction that appended something */
  constructor(components: LogComponents, appended: () => void) {
    this.#store = components.store
    this.#components = components
    this.#appended = appended
  }

  /** Resolves when the message is on disk. */
  publish(draft: Draft): Promise<MessageEntry> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, resolve, reject })
    })
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
    if (this.#store.flag('rolled_back')) throw rolledBack(feed.head)
  }

  #sealOne(feed: OpenFeed, waiting: Waiting): Sealed {
    const { identity, clock } = this.#components
    const receivedAt = clock()
    try {
      refuseExpired(waiting.draft, receivedAt)
      const head = { sequence: feed.row.head, hash: feed.row.headHash }
      const message = sealMessage(waiting.draft, head, formatTimestamp(receivedAt), identity)
      appendPlaced(feed, message, { receivedAt, receivedFrom: undefined })
      return { waiting, hash: message.hash }
    } catch (error) {
      if (error instanceof FeedError) return { waiting, error: draftError(error) }
      if (error instanceof LogError) return { waiting, error }
      throw error
    }
  }

  #answer(sealed: Sealed): void {
    const { waiting } = sealed
    const entry = 'hash' in sealed ? this.#store.message(sealed.hash) : undefined
    if (entry !== undefined) waiting.resolve(entry)
    else waiting.reject('error' in sealed ? sealed.error : new Error('A message just written could not be read back.'))
  }
}

function refuseExpired({ expiresAt }: Draft, now: number): void {
  if (expiresAt === undefined || parseTimestamp(expiresAt) > now) return
  const facts = { field: 'expires_at', found: expiresAt, now: formatTimestamp(now) }
  throw new LogError(
    'LOG_DRAFT_INVALID',
    `expires_at ${expiresAt} has passed. Give a time in the future, in UTC.`,
    facts,
  )
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
    'Publishing goes on by itself as soon as they are fetched back; stay connected to a peer that holds them.'
  return new LogError(
    'LOG_ROLLED_BACK',
    `Peers hold messages of our own feed beyond ${head} that were lost here. ${advice}`,
    { head },
  )
}
