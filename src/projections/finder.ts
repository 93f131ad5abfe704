// Questions to the full-text index: which messages, in which order, and in each the words that matched and what others think of it.

import { CANDIDATES_MAX, FEW_MATCHES } from './constants.ts'
import { ProjectionError } from './errors.ts'
import { excerptsOf } from './excerpts.ts'
import { Ranking } from './ranking.ts'
import { marksWanted } from './search-text.ts'
import { allOf, anyOf, begunBy, tellingAmong, termsOf } from './search-words.ts'
import { Standing } from './standing.ts'
import { Effects, numbersOf } from './things/index.ts'
import type { Author } from '../feed/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { Matched } from './excerpts.ts'
import type { ProjectionReader } from './projection.ts'
import type { Filters, Paging, Ranked, Wanted } from './ranking.ts'
import type { Term } from './search-words.ts'
import type { Stance } from './standing.ts'
import type { Hidden, Judged } from './things/index.ts'

/** What is searched for, and where. Filters that are absent let everything pass; those that are given all hold. */
export interface SearchQuery {
  /** Words, or with `fts5` a query in FTS5's own language over the columns title, observation and rest. */
  text: string
  fts5: boolean
  /**
   * Whether messages with some of the words follow those with all.
   *
   * @default false
   */
  fill?: boolean | undefined
  /** `content.type`, when it is a string: one of these. */
  contentTypes?: readonly string[] | undefined
  author?: Author | undefined
  /** One of these authors. */
  among?: readonly Author[] | undefined
  tag?: string | undefined
  /** Which of several agents of a node says it. */
  agent?: string | undefined
  /** `content.category`. */
  category?: string | undefined
  /** `content.project`. */
  project?: string | undefined
  /** Milliseconds since 1970: only messages whose claimed and received time are both not before it. */
  since?: number | undefined
  /**
   * What is found as well although it is no longer shown.
   *
   * @default []
   */
  include?: readonly (Hidden | 'expired')[] | undefined
  limit: number
  offset: number
}

/** One message that was found. */
export interface Hit {
  message: MessageEntry
  /** BM25 over title (4), observation (2) and the rest (1). Higher is better; comparable within one answer only. */
  score: number
  /** The words around the match, which stands between [ and ]. */
  snippet: string
  /** Where which word stands. Absent when FTS5's own language was spoken. */
  matched?: Matched
  /** Whether all words stand in it, be it beyond what `matched` looks at. */
  hasAll: boolean
  /** Absent when nobody has taken one. */
  stance?: Stance
  /** Absent when it is in force. */
  judged?: Judged
}

/** What was found, best first: what has all words, then what has some. */
export interface Found {
  hits: Hit[]
  /** How many match in all; absent when there are more than are ranked. */
  total?: number
}

/**
 * Asks the index.
 *
 * All words must occur, each in any of its forms. When few messages have them, words that begin with the last one count as well, unless
 * that is common. When no message has them all, one of the words is enough, as long as it is rare; with `fill` such messages come behind the
 * others in any case, and the little words of a question need not occur. Of more than 5,000 matches the newest 5,000 are ranked.
 */
export class Finder {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>
  readonly #ranking: Ranking
  readonly #standing: Standing
  readonly #effects: Effects

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
    this.#ranking = new Ranking(reader)
    this.#standing = new Standing(reader, log)
    this.#effects = new Effects(reader)
  }

  /**
   * One page of hits. What is superseded, taken back, or expired at `now` (milliseconds since 1970) is not found unless it is asked for; what
   * is erased never is. Text without a word finds nothing.
   *
   * @throws ProjectionError `PROJECTION_QUERY_INVALID` for a text that is not FTS5's language, when it was said to be
   */
  async find(query: SearchQuery, now: number): Promise<Found> {
    const answer = await this.#ask(query, now)
    const entries = await this.#log.entriesAt(answer.rows.map(({ offset }) => offset))
    const messages = new Map(entries.map((message) => [message.offset, message]))
    const [excerpts, stances, judgements] = await Promise.all([
      excerptsOf(this.#reader, answer, entries),
      this.#standing.of(entries, now),
      this.#effects.ofThose(entries),
    ])
    const hits = answer.rows.flatMap(({ offset, score }, place) => {
      const message = messages.get(offset)
      const excerpt = excerpts.get(offset)
      const stance = stances.get(offset)
      const judged = judgements.get(offset)
      // What was forgotten or forked since it was ranked is no hit.
      if (!message?.inEffect || excerpt === undefined) return []
      const hasAll = place < answer.whole
      return [{ message, score, hasAll, ...excerpt, ...(stance && { stance }), ...(judged && { judged }) }]
    })
    return { hits, ...(answer.matches < CANDIDATES_MAX && { total: answer.matches }) }
  }

  async #ask(query: SearchQuery, now: number): Promise<Answer> {
    const filters = this.#filtersOf(query, now)
    if (query.fts5) return this.#askInFts5(query.text, filters, query)
    const terms = termsOf(query.text)
    if (terms.length === 0) return NOTHING
    return query.fill ? this.#askForSome(tellingAmong(terms), filters, query) : this.#askForAll(terms, filters, query)
  }

  async #askInFts5(text: string, filters: Filters, page: Paging): Promise<Answer> {
    try {
      return await this.#rank({ match: text.replaceAll('\0', ' ') }, [], filters, page)
    } catch (error) {
      throw syntaxError(error) ?? error
    }
  }

  async #askForAll(terms: readonly Term[], filters: Filters, page: Paging): Promise<Answer> {
    const all = await this.#withAll(terms, filters, page)
    if (all.matches > 0 || terms.length === 1) return all
    const some = await this.#rank(await this.#wantAny(all.terms), all.terms, filters, page)
    return { ...some, whole: 0 }
  }

  async #askForSome(terms: readonly Term[], filters: Filters, page: Paging): Promise<Answer> {
    const all = await this.#withAll(terms, filters, page)
    if (terms.length === 1) return all
    // Asked for even when the page is full: they count.
    const behind = { limit: page.limit - all.rows.length, offset: Math.max(0, page.offset - all.matches) }
    const wanted = { ...(await this.#wantAny(all.terms)), but: all.match }
    const some = await this.#rank(wanted, all.terms, filters, behind)
    return { ...some, matches: all.matches + some.matches, rows: [...all.rows, ...some.rows], whole: all.whole }
  }

  async #withAll(terms: readonly Term[], filters: Filters, page: Paging): Promise<Answer> {
    const whole = await this.#rank({ match: allOf(terms) }, terms, filters, page)
    if (whole.matches >= FEW_MATCHES) return whole
    const loose = await this.#completed(terms)
    return loose === undefined ? whole : this.#rank({ match: allOf(loose) }, loose, filters, page)
  }

  async #rank(wanted: Wanted, terms: readonly Term[], filters: Filters, page: Paging): Promise<Answer> {
    const ranked = await this.#ranking.rank(wanted, filters, page)
    return { match: wanted.match, terms, ...ranked, whole: ranked.rows.length }
  }

  /** A word that is common as it stands is whole, and what begins with it too much to gather. */
  async #completed(terms: readonly Term[]): Promise<readonly Term[] | undefined> {
    const last = terms.at(-1)
    const begun = last && begunBy(last)
    return begun !== undefined && (await this.#ranking.count(begun.whole)) < CANDIDATES_MAX
      ? [...terms.slice(0, -1), begun]
      : undefined
  }

  /**
   * Any of the terms, except common ones: they say little, and their newest rows would crowd out those that have a rare one. For the same
   * reason a message must have one of the rarest, of which there are so many that all can be ranked.
   */
  async #wantAny(terms: readonly Term[]): Promise<Wanted> {
    const rows = await Promise.all(terms.map((term) => this.#ranking.count(anyOf([term]))))
    const counted = terms.map((term, index) => ({ term, rows: rows[index] ?? 0 }))
    const rare = counted.filter((one) => one.rows < CANDIDATES_MAX).toSorted((left, right) => left.rows - right.rows)
    if (rare.length === 0) return { match: anyOf(terms) }
    let sum = 0
    const rarest = rare.filter((one) => {
      sum += one.rows
      return sum < CANDIDATES_MAX
    })
    return { match: anyOf(rare.map(({ term }) => term)), among: anyOf(rarest.map(({ term }) => term)) }
  }

  #filtersOf(
    { author, among, contentTypes, include = [], since = ALWAYS, ...query }: SearchQuery,
    now: number,
  ): Filters {
    const { tag, agent, category, project } = query
    const feed = author === undefined ? undefined : (this.#log.feedNumber(author) ?? NO_FEED)
    const feeds = among?.flatMap((one) => this.#log.feedNumber(one) ?? [])
    return {
      marks: marksWanted({ feed, types: contentTypes, tag, agent, category, project }),
      hidden: JSON.stringify(this.#log.blockedFeeds()),
      among: feeds && JSON.stringify(feeds),
      states: numbersOf(include.filter((kind) => kind !== 'expired')),
      now: include.includes('expired') ? ALWAYS : now,
      since,
    }
  }
}

/** What was asked in the end, how many match, and the page of the ranked ones. */
interface Answer extends Ranked {
  match: string
  /** The words, as they were asked for. */
  terms: readonly Term[]
  /** How many of the rows, the first, have all words. */
  whole: number
}

const NOTHING: Answer = { match: '', terms: [], matches: 0, rows: [], whole: 0 }

/** Earlier than any timestamp. */
const ALWAYS = -Number.MAX_SAFE_INTEGER

/** Feeds are numbered from 1. */
const NO_FEED = 0

/** SQLite has one code for all that is wrong in a query text; ours is sound, so it is the caller's. */
function syntaxError(error: unknown): ProjectionError | undefined {
  const reason = [error, (error as { cause?: unknown }).cause].find(isSqlError)?.message
  if (reason === undefined) return undefined
  const text = `The query is not in FTS5's language: ${reason}. Leave syntax=fts5 away to search for plain words.`
  return new ProjectionError('PROJECTION_QUERY_INVALID', text, { field: 'q', reason }, { cause: error })
}

function isSqlError(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === 'SQLITE_ERROR'
}
