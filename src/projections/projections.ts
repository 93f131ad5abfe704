// The projections of a node as one part: opened by the composition root, asked by the API.

import { Feeds } from './feeds.ts'
import { Finder } from './finder.ts'
import { Lists } from './lists.ts'
import { ProjectionRunner } from './runner.ts'
import { Search } from './search.ts'
import { Timeline } from './timeline.ts'
import { Topics } from './topics.ts'
import type { Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { FeedStatistics, FeedsQuery } from './feeds.ts'
import type { Found, SearchQuery } from './finder.ts'
import type { ListQuery, Page } from './lists.ts'
import type { CursorStore, ProjectionDatabase, ProjectionReader } from './projection.ts'
import type { ProjectionState } from './runner.ts'
import type { KnownTopics, TopicsQuery } from './topics.ts'

/** What the projections work with. */
export interface ProjectionsComponents {
  log: Pick<Log, 'read' | 'cursor' | 'entriesAt' | 'feedNumber'>
  /** The writer connection, the one that `cursors` writes with. */
  database: ProjectionDatabase
  reader: ProjectionReader
  cursors: CursorStore
  logger: Logger
  /** Milliseconds since 1970. What has expired by it is in no answer. */
  clock: () => number
}

/** Makes the projections of a node; they begin to read at `start`. */
export function openProjections(components: ProjectionsComponents): Projections {
  return new Projections(components)
}

/** Tables that are computed from the log and kept up to date, and the questions that they answer. */
export class Projections {
  readonly #runner: ProjectionRunner
  readonly #lists: Lists
  readonly #feeds: Feeds
  readonly #finder: Finder
  readonly #topics: Topics
  readonly #clock: () => number

  /** @internal Use {@link openProjections}. */
  constructor({ log, database, reader, cursors, logger, clock }: ProjectionsComponents) {
    const projections = [new Timeline(database), new Search(database)]
    this.#runner = new ProjectionRunner({ log, cursors, projections, logger })
    this.#lists = new Lists(reader, log)
    this.#feeds = new Feeds(reader, log)
    this.#finder = new Finder(reader, log)
    this.#topics = new Topics(reader)
    this.#clock = clock
  }

  /**
   * Makes tables that are missing or of another version, then follows the log. Questions may be asked from then on.
   *
   * @throws StoreError when the database refuses
   */
  start(): void {
    this.#runner.start()
  }

  /** Ends after the slice in hand. Safe to call twice. */
  stop(): Promise<void> {
    return this.#runner.stop()
  }

  /** Resolves when what was appended up to this offset is in every answer. A projection that has stopped is not waited for. */
  settled(offset: number): Promise<void> {
    return this.#runner.settled(offset)
  }

  states(): ProjectionState[] {
    return this.#runner.states()
  }

  /**
   * Messages, newest first: by the earlier of their claimed and received time, or of one author by sequence.
   *
   * @throws ProjectionError `PROJECTION_CURSOR_INVALID`
   * @example
   * const first = await projections.list({ contentType: 'insight', limit: 50, offset: 0 })
   * const second = await projections.list({ contentType: 'insight', limit: 50, offset: 0, after: first.next })
   */
  list(query: ListQuery): Promise<Page> {
    return this.#lists.page(query, this.#clock())
  }

  /** Feeds with messages in effect, who spoke last first. */
  feeds(query: FeedsQuery): Promise<FeedStatistics[]> {
    return this.#feeds.page(query, this.#clock())
  }

  /** Tags of the messages in effect, the most frequent first. */
  topics(query: TopicsQuery): Promise<KnownTopics> {
    return this.#topics.page(query, this.#clock())
  }

  /**
   * Messages in which words occur, best first; {@link Finder} says which count as a match.
   *
   * @throws ProjectionError `PROJECTION_QUERY_INVALID`
   */
  search(query: SearchQuery): Promise<Found> {
    return this.#finder.find(query, this.#clock())
  }
}
