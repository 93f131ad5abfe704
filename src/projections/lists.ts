// Lists of messages, newest first, from the tables of the timeline.

import { sayingOf } from '../content/index.ts'
import { COUNTED_MAX } from './constants.ts'
import { label } from './labels.ts'
import { cursorAt, placeOf, START } from './page-cursor.ts'
import { SHOWN } from './shown.ts'
import { Effects, isInForce, isShown, numbersOf } from './things/index.ts'
import { EVERYTHING } from './timeline.ts'
import type { Author, Hash } from '../feed/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { Order, Place } from './page-cursor.ts'
import type { ProjectionReader, Query, SqlValue } from './projection.ts'
import type { Hidden, State } from './things/index.ts'

/** Which messages of a list, and which page of them. Filters that are absent let everything pass; those that are given all hold. */
export interface ListQuery {
  /** Only messages of this author, in the order of their sequence. Without it a list is in the order of time. */
  author?: Author | undefined
  /** All authors but this one. Means nothing beside `author`. */
  notAuthor?: Author | undefined
  /** Only messages of this author, in the order of time. Means nothing beside `author`. */
  from?: Author | undefined
  /** `content.type`, when it is a string. */
  contentType?: string | undefined
  tag?: string | undefined
  /** Hash of the message that they answer or belong to. */
  relates?: Hash | undefined
  traceId?: string | undefined
  /** Which of several agents of a node says it. */
  agent?: string | undefined
  /** `content.category`; of a memory without one, `global`. */
  category?: string | undefined
  /** `content.project`. */
  project?: string | undefined
  /** Milliseconds since 1970: only messages whose claimed and received time are both not before it. */
  since?: number | undefined
  /** Only messages in force, and in these states; all when it is absent. */
  shown?: readonly Hidden[] | undefined
  /** Messages on the page, at most. */
  limit: number
  /** Messages to skip, after those before the cursor. */
  offset: number
  /** {@link Page.next} of the page before. */
  after?: string | undefined
}

/** Messages, newest first. */
export interface Page {
  messages: MessageEntry[]
  /** What became of those that are not in force, by offset. */
  states: ReadonlyMap<number, State>
  /** How many there are on all pages. Exact without filters; a filtered list is counted to 10,000, beyond which this is absent. */
  total?: number
  /** Names the end of this page for {@link ListQuery.after}; absent when no page follows. */
  next?: string
}

/** Reads lists. */
export class Lists {
  readonly #reader: ProjectionReader
  readonly #effects: Effects
  readonly #log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#effects = new Effects(reader)
    this.#log = log
  }

  /**
   * One page of a list. What has expired at `now` (milliseconds since 1970) is left out.
   *
   * @throws ProjectionError `PROJECTION_CURSOR_INVALID`
   */
  async page(query: ListQuery, now: number): Promise<Page> {
    const order = query.author === undefined ? 'time' : 'sequence'
    const [places, total] = await Promise.all([this.#places(query, order, now), this.#total(query, order, now)])
    const onPage = places.slice(0, query.limit)
    const last = onPage.at(-1)
    const offsets = onPage.map(({ offset }) => offset)
    const [messages, states] = await Promise.all([this.#log.entriesAt(offsets), this.#effects.statesAt(offsets)])
    return {
      // What was forked since it was listed has no effect in any list.
      messages: messages.filter(({ inEffect }) => inEffect),
      states,
      ...(total !== undefined && { total }),
      ...(last !== undefined && places.length > onPage.length && { next: cursorAt(order, last) }),
    }
  }

  /** The newest memory in force of an author that says what this content says. */
  async sayingTheSame(content: unknown, author: Author, now: number): Promise<MessageEntry | undefined> {
    const said = sayingOf(content)
    if (said === undefined) return undefined
    const parameters = [label('said', said), this.#feedOf(author), now] as const
    const [row] = await this.#reader.read<{ offset: number }>(SAYING_THE_SAME, ...parameters)
    const [message] = row === undefined ? [] : await this.#log.entriesAt([row.offset])
    return message
  }

  /** One more than the page holds, which says whether another page follows. */
  async #places(query: ListQuery, order: Order, now: number): Promise<Place[]> {
    const { sql, parameters } = this.#rowsOf(query, order, now)
    const { key, offset } = query.after === undefined ? START : placeOf(order, query.after)
    return this.#reader.read<Place>(
      `SELECT ${order} AS key, offset ${sql} AND (${order}, offset) < (?, ?) ORDER BY ${order} DESC, offset DESC LIMIT ? OFFSET ?`,
      ...parameters,
      key,
      offset,
      query.limit + 1,
      query.offset,
    )
  }

  async #total(query: ListQuery, order: Order, now: number): Promise<number | undefined> {
    if (!isFiltered(query)) return this.#totalUnfiltered(query, now)
    const { sql, parameters } = this.#rowsOf(query, order, now)
    const counting = `SELECT count(*) AS total FROM (SELECT 1 ${sql} LIMIT ?)`
    const [row] = await this.#reader.read<{ total: number }>(counting, ...parameters, COUNTED_MAX + 1)
    return row !== undefined && row.total <= COUNTED_MAX ? row.total : undefined
  }

  async #totalUnfiltered({ author, notAuthor }: ListQuery, now: number): Promise<number> {
    const isOne = author !== undefined
    const feed = this.#feedOf(author ?? notAuthor)
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const sql = isOne ? TOTAL_OF_ONE : TOTAL_OF_OTHERS
    const [row] = await this.#reader.read<{ total: number }>(sql, feed, hidden, now, feed, hidden)
    return row?.total ?? 0
  }

  /**
   * The rows of a list, without their order: the rarest label asked for is walked in order, the others are looked up for each row of
   * it. An author's list is walked by sequence, and each row names its lists.
   */
  #rowsOf(query: ListQuery, order: Order, now: number): Query {
    const labels = labelsAsked(query)
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const asked = this.#askedOf(query)
    if (order === 'sequence') {
      const sql = `FROM timeline_places AS listed WHERE feed = ? AND ${SHOWN} AND ${UNEXPIRED}${asked.sql}${NAMES_LIST.repeat(labels.length)}`
      return { sql, parameters: [this.#feedOf(query.author), hidden, now, ...asked.parameters, ...labels] }
    }
    const [list = EVERYTHING, ...others] = labels
    const sql = `FROM timeline_lists AS listed WHERE list = ? AND feed IS NOT ? AND ${SHOWN} AND ${UNEXPIRED}${asked.sql}${IS_LISTED.repeat(others.length)}`
    return { sql, parameters: [list, this.#feedOf(query.notAuthor), hidden, now, ...asked.parameters, ...others] }
  }

  /** What is asked of each row beside its lists. */
  #askedOf({ from, since, shown }: ListQuery): Query {
    const conditions: string[] = []
    const parameters: SqlValue[] = []
    if (from !== undefined) {
      conditions.push('feed = ?')
      parameters.push(this.#feedOf(from))
    }
    if (since !== undefined) {
      conditions.push('time >= ?')
      parameters.push(since)
    }
    if (shown !== undefined) {
      conditions.push(isShown('listed.offset'))
      parameters.push(numbersOf(shown))
    }
    return { sql: conditions.map((condition) => ` AND ${condition}`).join(''), parameters }
  }

  #feedOf(author: Author | undefined): number | null {
    return author === undefined ? null : (this.#log.feedNumber(author) ?? null)
  }
}

const UNEXPIRED = '(expires_at IS NULL OR expires_at > ?)'
const SAYING_THE_SAME = `
  SELECT offset FROM timeline_lists AS listed WHERE list = ? AND feed = ? AND ${UNEXPIRED} AND ${isInForce('listed.offset')}
  ORDER BY time DESC, offset DESC LIMIT 1`
const NAMES_LIST = ' AND EXISTS (SELECT 1 FROM json_each(listed.lists) WHERE value = ?)'
const IS_LISTED = ` AND EXISTS (
  SELECT 1 FROM timeline_lists AS other WHERE other.list = ? AND other.time = listed.time AND other.offset = listed.offset)`

/** Counts are kept as messages come and go; those that have expired and are not forgotten yet are few, and have an index. */
const TOTAL_OF_ONE = `
  SELECT coalesce((SELECT messages FROM timeline_feeds WHERE feed = ? AND ${SHOWN}), 0)
    - (SELECT count(*) FROM timeline_places INDEXED BY timeline_expiring WHERE expires_at <= ? AND feed = ? AND ${SHOWN}) AS total`
const TOTAL_OF_OTHERS = `
  SELECT (SELECT coalesce(sum(messages), 0) FROM timeline_feeds WHERE feed IS NOT ? AND ${SHOWN})
    - (SELECT count(*) FROM timeline_places INDEXED BY timeline_expiring WHERE expires_at <= ? AND feed IS NOT ? AND ${SHOWN}) AS total`

/** The rarest first, as a rule: a thread and a trace are short, a type may be half of everything. */
function labelsAsked({ relates, traceId, project, agent, tag, category, contentType }: ListQuery): string[] {
  const labels: string[] = []
  if (relates !== undefined) labels.push(label('relates', relates))
  if (traceId !== undefined) labels.push(label('trace', traceId))
  if (project !== undefined) labels.push(label('project', project))
  if (agent !== undefined) labels.push(label('agent', agent))
  if (tag !== undefined) labels.push(label('tag', tag))
  if (category !== undefined) labels.push(label('category', category))
  if (contentType !== undefined) labels.push(label('type', contentType))
  return labels
}

/** Whether more is asked for than one author or all but one, of which totals are kept. */
function isFiltered(query: ListQuery): boolean {
  return labelsAsked(query).length > 0 || [query.from, query.since, query.shown].some((asked) => asked !== undefined)
}
