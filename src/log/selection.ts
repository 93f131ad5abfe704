// What this node wants of others: the authors it follows, the topics it keeps, the authors it blocks. Local records, never told to
// anybody but as the scope of a question; everything that asks peers or shows messages looks here.

import { BLOCKS_MAX, FOLLOWS_MAX, TOPIC_BYTES_MAX, TOPICS_MAX } from './constants.ts'
import { LogError } from './errors.ts'
import type { Author, Message } from '../feed/index.ts'
import type { FeedFilter, LogStore } from './log-store.ts'

/**
 * Which messages are wanted: all, or those of some authors together with those that carry some tag. Somebody who follows an author and
 * keeps a topic wants both; a topic never narrows a feed that is followed.
 */
export type Scope = 'all' | SelectedScope

/** Whole feeds, and single messages of any other feed by their tags. */
export interface SelectedScope {
  /** Our own among them, always: what we said is fetched back after a loss. */
  readonly authors: readonly Author[]
  readonly topics: readonly string[]
}

/** The three lists of local records. */
export type SelectionList = 'follow' | 'topic' | 'block'

/** Durable, small, synchronous. store/ implements it. */
export interface SelectionStore {
  /** The values of a list in the order in which they were added. */
  values(list: SelectionList): string[]
  add(list: SelectionList, value: string, addedAt: number): void
  remove(list: SelectionList, value: string): void
}

/** What the selection works with. */
export interface SelectionComponents {
  store: SelectionStore
  /** Where holes say whether they are missed: that changes with the selection, in the same transaction. */
  logStore: Pick<LogStore, 'transact' | 'wantOnly'>
  /** Our own feed's, which is always wanted and never blocked. */
  author: Author
  /** Milliseconds since 1970. */
  clock: () => number
}

/** The lists of one node. Each change is on disk when the call returns, and told to whoever listens. */
export class Selection {
  readonly #components: SelectionComponents
  readonly #follows: Set<Author>
  readonly #topics: Set<string>
  readonly #blocks: Set<Author>
  readonly #listeners = new Set<() => void>()
  #version = 0

  constructor(components: SelectionComponents) {
    this.#components = components
    const { store } = components
    // As: only what `follow` and `block` have taken stands in the store.
    this.#follows = new Set(store.values('follow') as Author[])
    this.#topics = new Set(store.values('topic'))
    this.#blocks = new Set(store.values('block') as Author[])
  }

  /** In the order in which they were added, as all lists here. */
  get follows(): readonly Author[] {
    return [...this.#follows]
  }

  get topics(): readonly string[] {
    return [...this.#topics]
  }

  get blocks(): readonly Author[] {
    return [...this.#blocks]
  }

  /** Rises with each change: whoever asked with another version asked for something else. */
  get version(): number {
    return this.#version
  }

  /** What to ask peers for now. Without follows and topics that is everything. */
  get scope(): Scope {
    if (this.#follows.size + this.#topics.size === 0) return 'all'
    const authors = new Set([this.#components.author, ...this.#follows])
    return { authors: [...authors], topics: this.topics }
  }

  /** The feeds that are wanted whole: those of the scope, without blocked ones. */
  get feeds(): FeedFilter {
    const { scope } = this
    return { ...(scope !== 'all' && { only: scope.authors }), without: this.blocks }
  }

  isBlocked(author: Author): boolean {
    return this.#blocks.has(author)
  }

  /** Whether everything of this feed is wanted, so that what is not held of it is missed. */
  wantsFeed(author: Author): boolean {
    if (this.#blocks.has(author)) return false
    const isSelected = author === this.#components.author || this.#follows.has(author)
    return isSelected || this.#follows.size + this.#topics.size === 0
  }

  /** Whether a message is wanted: for its feed, or for one of its tags. */
  wants({ author, tags }: Pick<Message, 'author' | 'tags'>): boolean {
    if (this.#blocks.has(author)) return false
    return this.wantsFeed(author) || tags.some((tag) => this.#topics.has(tag))
  }

  /** @throws LogError `LOG_SELECTION_FULL` */
  follow(author: Author): void {
    this.#add('follow', this.#follows, author, FOLLOWS_MAX)
  }

  unfollow(author: Author): void {
    this.#remove('follow', this.#follows, author)
  }

  /**
   * Keeps messages with this tag, whoever says them. Space around it is no part of it.
   *
   * @returns the topic as it is kept
   * @throws LogError `LOG_TOPIC_INVALID`, `LOG_SELECTION_FULL`
   */
  addTopic(text: string): string {
    const topic = topicOf(text)
    this.#add('topic', this.#topics, topic, TOPICS_MAX)
    return topic
  }

  /** @throws LogError `LOG_TOPIC_INVALID` */
  removeTopic(text: string): void {
    this.#remove('topic', this.#topics, topicOf(text))
  }

  /**
   * From now on nothing of this author is taken, shown or passed on. What is held stays where it is, unseen, until it is unblocked.
   *
   * @throws LogError `LOG_BLOCK_OWN`, `LOG_SELECTION_FULL`
   */
  block(author: Author): void {
    if (author === this.#components.author) {
      throw new LogError('LOG_BLOCK_OWN', 'Our own feed cannot be blocked.', { author })
    }
    this.#add('block', this.#blocks, author, BLOCKS_MAX)
  }

  unblock(author: Author): void {
    this.#remove('block', this.#blocks, author)
  }

  /** Calls back after each change, until the answer is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #add<Value extends string>(list: SelectionList, values: Set<Value>, value: Value, limit: number): void {
    if (values.has(value)) return
    if (values.size >= limit) throw full(list, limit)
    values.add(value)
    this.#save(
      () => this.#components.store.add(list, value, this.#components.clock()),
      () => values.delete(value),
    )
  }

  #remove<Value extends string>(list: SelectionList, values: Set<Value>, value: Value): void {
    if (!values.has(value)) return
    const before = [...values]
    values.delete(value)
    this.#save(
      () => this.#components.store.remove(list, value),
      () => refill(values, before),
    )
  }

  /** One transaction for the list and for what it means for holes; when the database refuses, nothing has changed. */
  #save(write: () => void, undo: () => void): void {
    const { logStore } = this.#components
    try {
      logStore.transact(() => {
        write()
        logStore.wantOnly(this.feeds)
      })
    } catch (error) {
      undo()
      throw error
    }
    this.#version++
    for (const listener of [...this.#listeners]) listener()
  }
}

function refill<Value>(values: Set<Value>, all: readonly Value[]): void {
  values.clear()
  for (const value of all) values.add(value)
}

function topicOf(text: string): string {
  const topic = text.trim()
  const bytes = Buffer.byteLength(topic)
  if (bytes > 0 && bytes <= TOPIC_BYTES_MAX) return topic
  const facts = { field: 'topic', bytes, limit: TOPIC_BYTES_MAX }
  throw new LogError(
    'LOG_TOPIC_INVALID',
    `A topic must have 1 to ${TOPIC_BYTES_MAX} bytes; this one has ${bytes}.`,
    facts,
  )
}

const NOUNS: Record<SelectionList, string> = { follow: 'followed authors', topic: 'topics', block: 'blocked authors' }

function full(list: SelectionList, limit: number): LogError {
  const message = `This node keeps ${limit} ${NOUNS[list]} at most. Remove one first.`
  return new LogError('LOG_SELECTION_FULL', message, { list, limit })
}
