// The log: every message this node holds, in arrival order. Two ways in (publish, ingest), one way to read.

import { EVIDENCE_BEYOND_FORK } from './constants.ts'
import { LogError } from './errors.ts'
import { positionIn } from './feed-position.ts'
import { Forgetting, rangesOf } from './forgetting.ts'
import { Ingester } from './ingest.ts'
import { LogReader } from './log-reader.ts'
import { Mending } from './mending.ts'
import { OwnFeed } from './own-feed.ts'
import { Publisher } from './publish.ts'
import { Selection } from './selection.ts'
import type { Author, Draft, Hash, Identity, Item } from '../feed/index.ts'
import type { LogComponents, Room, Soundness } from './components.ts'
import type { Entry, MessageEntry } from './entry.ts'
import type { FeedPosition, PositionAsked } from './feed-position.ts'
import type { FeedRange, Removed } from './forgetting.ts'
import type { IngestOptions, IngestResult } from './ingest.ts'
import type { ReadOptions } from './log-reader.ts'
import type {
  FeedFilter,
  Head,
  HeadsPageQuery,
  LogStore,
  RangeQuery,
  Root,
  StoreCounts,
  StoreCursor,
  TaggedPage,
  TaggedPageQuery,
} from './log-store.ts'
import type { Published } from './publish.ts'
import type { PublishOnce } from './published-keys.ts'

/** The source of truth of one node. Everything else is a reader of it. */
export class Log {
  /** Whom and what this node follows, and whom it blocks. */
  readonly selection: Selection
  /** Whether our own feed may be continued. */
  readonly ownFeed: OwnFeed
  /** Messages that a disk has damaged. */
  readonly mending: Mending
  readonly #store: LogStore
  readonly #identity: Identity
  readonly #clock: () => number
  readonly #room: Room | undefined
  readonly #soundness: Soundness | undefined
  readonly #publisher: Publisher
  readonly #ingester: Ingester
  readonly #forgetting: Forgetting
  readonly #reader: LogReader
  #closed = false

  constructor(components: LogComponents) {
    this.#store = components.store
    this.#reader = new LogReader(components.store)
    const ring = () => this.#reader.ring()
    this.#identity = components.identity
    this.#clock = components.clock
    this.#room = components.room
    this.#soundness = components.soundness
    const { selectionStore, identity, clock } = components
    this.selection = new Selection({
      store: selectionStore,
      logStore: components.store,
      author: identity.author,
      clock,
    })
    this.ownFeed = new OwnFeed(components)
    this.mending = new Mending(components.store)
    this.#soundness?.onNotAsSigned((place) => this.mending.met(place))
    const ours = { selection: this.selection, ownFeed: this.ownFeed, mending: this.mending }
    this.#publisher = new Publisher(components, ours, ring)
    this.#ingester = new Ingester(components, ours, ring)
    this.#forgetting = new Forgetting(components, ring)
  }

  /** 16 hex; new when the database was created or restored. */
  get storeId(): string {
    return this.#store.storeId
  }

  /** The author of our own feed. */
  get author(): Author {
    return this.#identity.author
  }

  /**
   * Seals a draft into our own feed. When it resolves, the message is on disk.
   *
   * @throws LogError `LOG_DRAFT_INVALID`, `LOG_DRAFT_TOO_LARGE`, `LOG_ROLLED_BACK`, `LOG_FORKED`, `LOG_CLOSED`
   */
  async publish(draft: Draft): Promise<MessageEntry> {
    await this.#mayPublish()
    return (await this.#publisher.publish(draft)).message
  }

  /**
   * As {@link publish}, but at most once under one key: the same draft again is answered with the message of the first time, for a day, also
   * after a crash.
   *
   * @throws LogError as {@link publish}, and `LOG_KEY_CONFLICT` when another draft was published under this key
   */
  async publishOnce(draft: Draft, once: PublishOnce): Promise<Published> {
    await this.#mayPublish()
    return this.#publisher.publish(draft, once)
  }

  /**
   * What {@link publishOnce} would answer without publishing; undefined when it would publish.
   *
   * @throws LogError `LOG_KEY_CONFLICT`, `LOG_DRAFT_INVALID`, `LOG_DRAFT_TOO_LARGE`
   */
  async publishedOnce(draft: Draft, key: string): Promise<Published | undefined> {
    return this.#publisher.published(draft, key)
  }

  /** What was published under this key within a day, and is still held, for who makes a draft of it anew. */
  async publishedUnder(key: string): Promise<MessageEntry | undefined> {
    return this.#publisher.publishedUnder(key)
  }

  /**
   * Verifies a peer's items side by side and appends what passed. Answers each, in order; a bad item is an answer.
   *
   * @param from - PeerId of the peer that gave them; undefined when whoever runs this node imports them
   * @throws LogError `LOG_CLOSED`
   */
  async ingest(items: readonly Item[], from: string | undefined, options?: IngestOptions): Promise<IngestResult[]> {
    this.#refuseMessages()
    return this.#ingester.ingest(items, from, options)
  }

  /** Whether more is being removed, as by a sweep, than fits into one transaction. */
  get isForgetting(): boolean {
    return this.#forgetting.isUnderWay
  }

  /**
   * Forgets ranges of feeds: their messages are removed here and never taken again, also those that never came. Each removed range is told
   * to readers as a `forgotten` entry. Nothing beyond a feed's head is forgotten, and no evidence of a fork.
   *
   * It takes turns with everything else; an abort leaves what is forgotten by then.
   *
   * @returns how many messages were removed, and their text in bytes
   * @throws LogError `LOG_CLOSED`; StoreError
   * @example await log.forget([{ author, from: 12, to: 12 }])
   */
  async forget(ranges: readonly FeedRange[], signal?: AbortSignal): Promise<Removed> {
    this.#refuseChanges()
    return this.#forgetting.forget(ranges, signal)
  }

  /** Messages that have expired by now and are still held, at most `limit`, as ranges in order. */
  expired(limit: number): FeedRange[] {
    return rangesOf(this.#store.expired(this.#clock(), EVIDENCE_BEYOND_FORK, limit))
  }

  /**
   * The one way to read: batches in arrival order, none empty. A live read ends when its signal aborts or the log closes.
   *
   * @example
   * for await (const entries of log.read({ after: cursor, live: true, signal })) fold(entries)
   */
  read(options: ReadOptions): AsyncGenerator<Entry[]> {
    return this.#reader.read(options)
  }

  /** Resolves at the next append, when the log closes, or when the signal aborts. For readers in another thread. */
  appended(signal?: AbortSignal): Promise<void> {
    return this.#reader.rung(signal)
  }

  async message(hash: Hash): Promise<MessageEntry | undefined> {
    return this.#store.message(hash)
  }

  /** Messages whose hash begins with these hex digits, in the order of their hashes. */
  async messagesUnder(prefix: string, limit: number): Promise<MessageEntry[]> {
    return this.#store.messagesUnder(prefix, limit)
  }

  /** The `feed` of this author's entries; undefined when there are none. */
  feedNumber(author: Author): number | undefined {
    return this.#store.feed(author)?.id
  }

  /** The messages at these offsets, in their order; what was forgotten since is left out. For readers that keep offsets. */
  entriesAt(offsets: readonly number[]): Promise<MessageEntry[]> {
    return this.#store.entriesAt(offsets)
  }

  /** Messages of a feed by sequence, without expired ones; of a forked feed, nothing beyond its evidence; of a blocked one, nothing. */
  async range(query: Omit<RangeQuery, 'now'>): Promise<MessageEntry[]> {
    if (this.selection.isBlocked(query.author)) return []
    const forkedAt = this.#store.feed(query.author)?.forkedAt ?? Number.POSITIVE_INFINITY
    const to = Math.min(query.to, forkedAt + EVIDENCE_BEYOND_FORK)
    return this.#store.range({ ...query, to, now: this.#clock() })
  }

  /** A page of messages with one of these tags in order of arrival, without expired ones and those of blocked authors. */
  tagged(query: TaggedPageQuery): Promise<TaggedPage> {
    const without = [...query.without, ...this.selection.blocks]
    return this.#store.tagged({ ...query, without, now: this.#clock() })
  }

  /** A page of heads: of these authors, or of all. Blocked feeds have none. */
  heads({ authors, ...query }: HeadsPageQuery): Promise<Head[]> {
    return this.#store.heads({ ...query, feeds: this.#shown(authors) })
  }

  /** The heads of forked feeds, at most `limit`; blocked ones among them are left out. */
  async forks(limit: number): Promise<Head[]> {
    return (await this.#store.forks(limit)).filter(({ author }) => !this.selection.isBlocked(author))
  }

  /** The heads of these authors, or of all, as one value. Blocked feeds have none. */
  root(authors?: readonly Author[]): Promise<Root> {
    return this.#store.root(this.#shown(authors))
  }

  /** The end of the log, with a check by which {@link recognises} tells this log from a copy. */
  cursor(): StoreCursor {
    return this.#store.cursor()
  }

  recognises(cursor: StoreCursor): boolean {
    return this.#store.recognises(cursor)
  }

  /** Everything that is held, blocked or not. */
  counts(): StoreCounts {
    return this.#store.counts()
  }

  /** How many messages were forgotten, those included that were never held. */
  forgottenCount(): Promise<number> {
    return this.#store.forgottenCount()
  }

  /** What is held of feeds that are not blocked. */
  async shownCounts(): Promise<StoreCounts> {
    const all = this.#store.counts()
    const { blocks } = this.selection
    if (blocks.length === 0) return all
    const { messages, feeds, forks } = await this.#store.countsOf(blocks)
    return { messages: all.messages - messages, feeds: all.feeds - feeds, forks: all.forks - forks }
  }

  /** The `feed` numbers of blocked authors of whom something is held: what a reader must not show. */
  blockedFeeds(): number[] {
    return this.selection.blocks.flatMap((author) => this.feedNumber(author) ?? [])
  }

  /** Where we stand in each of these feeds, in their order. */
  async positions(asked: readonly PositionAsked[]): Promise<FeedPosition[]> {
    return asked.map((one) => positionIn(this.#store, one, this.selection.wantsFeed(one.author)))
  }

  /** Whether anything is missing, or damaged, up to any feed's head: then equal heads do not prove equal logs. */
  hasMissing(): boolean {
    return this.#store.hasMissing()
  }

  /** Whether no message is taken, ours or a peer's, because there is no room for it. */
  isFull(): boolean {
    return this.#room?.isFull ?? false
  }

  /** Ends live reads and refuses new work. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true
    this.#reader.close()
  }

  #shown(only: readonly Author[] | undefined): FeedFilter {
    return { ...(only !== undefined && { only }), without: this.selection.blocks }
  }

  async #mayPublish(): Promise<void> {
    // First of all: what forbids publishing may change while peers are waited for.
    await this.ownFeed.waiting
    this.#refuseMessages()
  }

  #refuseMessages(): void {
    this.#refuseChanges()
    this.#room?.refuseWhenFull()
  }

  #refuseChanges(): void {
    this.#soundness?.refuseWhenDamaged()
    if (this.#closed) throw new LogError('LOG_CLOSED', 'The node is stopping and takes no more messages.')
  }
}
