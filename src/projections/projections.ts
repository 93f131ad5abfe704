// The projections of a node as one part: opened by the composition root, asked by the API.

import { Cards } from './cards.ts'
import { FRESH_LAG_MAX, FRESH_LAG_SMALL, FRESH_WAIT_MS, FRESH_WAIT_SMALL_MS, JUDGED_WAIT_MS } from './constants.ts'
import { Feeds } from './feeds.ts'
import { Finder } from './finder.ts'
import { Lists } from './lists.ts'
import { Inbox, Mail, Questions } from './mail/index.ts'
import { Names } from './names.ts'
import { Places } from './places.ts'
import { Profiles } from './profiles.ts'
import { Search } from './search.ts'
import { Stances } from './stances.ts'
import { Effects, Things, Versions } from './things/index.ts'
import { Timeline } from './timeline.ts'
import { Topics } from './topics.ts'
import type { Author, Hash } from '../feed/index.ts'
import type { Log, MessageEntry, PlacesQuery, PolicyScope } from '../log/index.ts'
import type { CardsPage, CardsQuery, Named } from './cards.ts'
import type { FeedStatistics, FeedsQuery } from './feeds.ts'
import type { Found, SearchQuery } from './finder.ts'
import type { Folding, FoldState } from './folding.ts'
import type { ListQuery, Page } from './lists.ts'
import type { Answered, InboxPage, InboxQuery, Question, QuestionsQuery } from './mail/index.ts'
import type { Place } from './page-cursor.ts'
import type { Projection, ProjectionDatabase, ProjectionReader } from './projection.ts'
import type { Effect, Thing } from './things/index.ts'
import type { KnownTopics, TopicsQuery } from './topics.ts'

const HOUR_MS = 3_600_000

/** What the projections work with. */
export interface ProjectionsComponents {
  log: Pick<Log, 'cursor' | 'entriesAt' | 'feedNumber' | 'blockedFeeds' | 'isForgetting'>
  reader: ProjectionReader
  folding: Folding
  /** Milliseconds since 1970. What has expired by it is in no answer. */
  clock: () => number
}

/** How far a projection has come, beside the log. */
export interface ProjectionState extends FoldState {
  /** Entries of the log that it has still to fold. */
  lag: number
}

/** What names are read from. */
const NAMING: ReadonlySet<string> = new Set(['profiles', 'things'])

/** Every projection of a node, with its tables in this database. */
export function projectionsOn(database: ProjectionDatabase): Projection[] {
  return [
    new Timeline(database),
    new Search(database),
    new Things(database),
    new Stances(database),
    new Profiles(database),
    new Mail(database),
  ]
}

/** Makes the projections of a node; they begin to read at `start`. */
export function openProjections(components: ProjectionsComponents): Projections {
  return new Projections(components)
}

/** Tables that are computed from the log and kept up to date, and the questions that they answer as of the moment in which they are asked. */
export class Projections {
  readonly #folding: Folding
  readonly #log: Pick<Log, 'cursor' | 'feedNumber' | 'isForgetting'>
  readonly #lists: Lists
  readonly #feeds: Feeds
  readonly #finder: Finder
  readonly #topics: Topics
  readonly #places: Places
  readonly #effects: Effects
  readonly #versions: Versions
  readonly #cards: Cards
  readonly #names: Names
  readonly #inbox: Inbox
  readonly #questions: Questions
  readonly #clock: () => number

  /** @internal Use {@link openProjections}. */
  constructor({ log, reader, folding, clock }: ProjectionsComponents) {
    this.#log = log
    this.#folding = folding
    this.#lists = new Lists(reader, log)
    this.#feeds = new Feeds(reader, log)
    this.#finder = new Finder(reader, log)
    this.#topics = new Topics(reader, log)
    this.#places = new Places(reader, log)
    this.#effects = new Effects(reader)
    this.#versions = new Versions(reader)
    this.#cards = new Cards(reader, log)
    const folded = () => {
      const offsets = folding.states().flatMap(({ name, offset }) => (NAMING.has(name) ? [offset] : []))
      return offsets.length === 0 ? 0 : Math.min(...offsets)
    }
    this.#names = new Names({ reader, log, folded, clock })
    this.#inbox = new Inbox(reader, log)
    this.#questions = new Questions(reader, log)
    this.#clock = clock
  }

  /**
   * Makes tables that are missing or of another version, then follows the log. Questions may be asked from then on.
   *
   * @throws StoreError when the database refuses
   */
  async start(): Promise<void> {
    await this.#folding.start()
  }

  /** Ends after the slice in hand. Safe to call twice. */
  stop(): Promise<void> {
    return this.#folding.stop()
  }

  /** Resolves when what was appended up to this offset is in every answer, and when the signal aborts. A projection that has stopped is not waited for. */
  settled(offset: number, signal?: AbortSignal): Promise<void> {
    return this.#folding.settled(offset, signal)
  }

  /** Resolves the next time that a projection has moved, and when the signal aborts. */
  moved(signal?: AbortSignal): Promise<void> {
    return this.#folding.moved(signal)
  }

  states(): ProjectionState[] {
    const end = this.#log.cursor().offset
    return this.#folding.states().map((state) => ({ ...state, lag: Math.max(0, end - state.offset) }))
  }

  /**
   * Messages, newest first: by the earlier of their claimed and received time, or of one author by sequence.
   *
   * @throws ProjectionError `PROJECTION_CURSOR_INVALID`
   * @example
   * const first = await projections.list({ contentType: 'insight', limit: 50, offset: 0 })
   * const second = await projections.list({ contentType: 'insight', limit: 50, offset: 0, after: first.next })
   */
  async list(query: ListQuery): Promise<Page> {
    await this.#caughtUp()
    return this.#lists.page(query, this.#clock())
  }

  /** Feeds with messages in effect, who spoke last first. */
  async feeds(query: FeedsQuery): Promise<FeedStatistics[]> {
    await this.#caughtUp()
    return this.#feeds.page(query, this.#clock())
  }

  /** Tags of the messages in effect, the most frequent first. */
  async topics(query: TopicsQuery): Promise<KnownTopics> {
    await this.#caughtUp()
    return this.#topics.page(query, this.#clock())
  }

  /**
   * Messages in which words occur, best first; {@link Finder} says which count as a match.
   *
   * @throws ProjectionError `PROJECTION_QUERY_INVALID`
   */
  async search(query: SearchQuery): Promise<Found> {
    await this.#caughtUp()
    return this.#finder.find(query, this.#clock())
  }

  /** Whether a message is in force, and why not: protocols/content/effects.md. */
  async effectOf(message: MessageEntry): Promise<Effect> {
    await this.#caughtUp()
    return this.#effects.of(message)
  }

  /** What others said to us, newest first. */
  async inbox(query: InboxQuery): Promise<InboxPage> {
    await this.#caughtUp()
    return this.#inbox.page(query, this.#clock())
  }

  /** How many critical messages an author has said in the hour until now. */
  async criticalInLastHour(author: Author): Promise<number> {
    await this.#caughtUp()
    return this.#inbox.criticalSince(author, this.#clock() - HOUR_MS)
  }

  /** Queries, newest first. */
  async questions(query: QuestionsQuery): Promise<Question[]> {
    await this.#caughtUp()
    return this.#questions.page(query, this.#clock())
  }

  /** How a query stands, by any of its versions, with its responses, the best first; undefined when no version of it is in force. */
  async question(version: MessageEntry): Promise<(Question & { responses: Answered[] }) | undefined> {
    await this.#caughtUp()
    const now = this.#clock()
    const question = await this.#questions.one(version, now)
    return question && { ...question, responses: await this.#questions.answers(question.query, now) }
  }

  /** The thing that a message is a version of. */
  async thingOf(message: MessageEntry): Promise<Thing> {
    await this.#caughtUp()
    return this.#versions.of(message)
  }

  /** Retracts in force of a message or, if it is a version, of its thing; erasures are none of them. */
  async retractsOf(message: MessageEntry, limit: number): Promise<Hash[]> {
    await this.#caughtUp()
    return this.#effects.retractsOf(message, limit)
  }

  /** Resolves when all that an author claims is judged, what was put off as well; some seconds later in any case. */
  async judged(author: Author): Promise<void> {
    const signal = AbortSignal.timeout(JUDGED_WAIT_MS)
    const { offset, feed } = { ...this.#log.cursor(), feed: this.#log.feedNumber(author) }
    await this.#folding.settled(offset, signal)
    if (feed === undefined) return
    // Heard from before each question on.
    let moved = this.#folding.moved(signal)
    while (!signal.aborted && (await this.#effects.arePutOff(feed))) {
      await moved
      moved = this.#folding.moved(signal)
    }
  }

  /** The newest memory in force of an author that says what this content says, if it is a memory. */
  async saidBefore(content: unknown, author: Author): Promise<MessageEntry | undefined> {
    await this.#caughtUp()
    return this.#lists.sayingTheSame(content, author, this.#clock())
  }

  /** Offsets of messages that are erased and still held, at most `limit`; what hangs on another of them comes before it. */
  erased(limit: number): Promise<number[]> {
    return this.#effects.erased(limit)
  }

  /** Who says what of itself, by name. */
  async cards(query: CardsQuery): Promise<CardsPage> {
    await this.#caughtUp()
    return this.#cards.page(query, this.#clock())
  }

  /** Which agents of these authors have cards; the node itself is the empty name. */
  async agentsOf(authors: readonly Author[]): Promise<ReadonlyMap<Author, ReadonlySet<string>>> {
    await this.#caughtUp()
    return this.#cards.agentsOf(authors, this.#clock())
  }

  /** Authors with a name that could be taken for this one, {@link CANDIDATES_TOLD_MAX} at most. */
  async namedLike(name: string): Promise<Named[]> {
    await this.#caughtUp()
    return this.#cards.namedLike(name, this.#clock())
  }

  /** How each of these authors is called: by a name that is no other's, else with or by its short key. Waits for nothing. */
  names(authors: Iterable<Author>): Promise<ReadonlyMap<Author, string>> {
    return this.#names.of(authors)
  }

  /** The same as of some seconds ago, which for authors who were asked for before takes no question: for answers that nothing may hold up. */
  recentNames(authors: Iterable<Author>): Promise<ReadonlyMap<Author, string>> {
    return this.#names.recent(authors)
  }

  /** Places of unexpired messages of a scope, newest first: what retention policies go by. */
  async places(query: PlacesQuery): Promise<Place[]> {
    if (query.after === undefined) await this.#caughtUp()
    return this.#places.page(query, this.#clock())
  }

  /** How many unexpired messages of a scope there are. */
  async countIn(scope: PolicyScope, notAuthor?: Author): Promise<number> {
    await this.#caughtUp()
    return this.#places.count(scope, notAuthor, this.#clock())
  }

  /** One reads one's own write: what was appended before a question is in its answer, unless folding is far behind. */
  async #caughtUp(): Promise<void> {
    const { offset } = this.#log.cursor()
    const states = this.#folding.states()
    const running = states.filter(({ error }) => error === undefined)
    const lag = Math.max(0, ...running.map((state) => offset - state.offset))
    if (lag > FRESH_LAG_MAX) return
    // A projection that is in trouble, as with a full disk, would be waited for in vain; and what a sweep removes is much work for few entries.
    const isSoon = lag <= FRESH_LAG_SMALL && running.length === states.length && !this.#log.isForgetting
    await this.#folding.settled(offset, AbortSignal.timeout(isSoon ? FRESH_WAIT_SMALL_MS : FRESH_WAIT_MS))
  }
}
