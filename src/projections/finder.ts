// Questions to the full-text index: which messages, in which order, and the place in each that matched.

import { CANDIDATES_MAX, FEW_MATCHES } from './constants.ts'
import { ProjectionError } from './errors.ts'
import { marks } from './search-text.ts'
import { allOf, anyOf, completed, termsOf } from './search-words.ts'
import { SHOWN } from './shown.ts'
import { snippetsOf } from './snippets.ts'
import type { Author } from '../feed/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { ProjectionReader, Query } from './projection.ts'

/** What is searched for, and where. Filters that are absent let everything pass; those that are given all hold. */
export interface SearchQuery {
  /** Words, or with `fts5` a query in FTS5's own language over the columns title, observation and rest. */
  text: string
  fts5: boolean
  /** `content.type`, when it is a string. */
  contentType?: string | undefined
  author?: Author | undefined
  tag?: string | undefined
  /** Which of several agents of a node says it. */
  agent?: string | undefined
  /** Milliseconds since 1970: only messages whose claimed and received time are both not before it. */
  since?: number | undefined
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
}

/** What was found, best first. */
export interface Found {
  hits: Hit[]
  /** How many match in all; absent when there are more than are ranked. */
  total?: number
}

/**
 * Asks the index.
 *
 * All words must occur, each in any of its forms. When few messages have them, words that begin with the last one count as well, unless
 * that is common. When no message has them all, one of the words is enough, as long as it is rare. Of more than 5,000 matches the newest
 * 5,000 are ranked.
 */
export class Finder {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
  }

  /**
   * One page of hits. What has expired at `now` (milliseconds since 1970) is not found. Text without a word finds nothing.
   *
   * @throws ProjectionError `PROJECTION_QUERY_INVALID` for a text that is not FTS5's language, when it was said to be
   */
  async find(query: SearchQuery, now: number): Promise<Found> {
    const { match, matches, rows } = await this.#ask(query, now)
    const entries = await this.#log.entriesAt(rows.map(({ offset }) => offset))
    const messages = new Map(entries.map((message) => [message.offset, message]))
    const snippets = await snippetsOf(this.#reader, match, entries)
    const hits = rows.flatMap(({ offset, score }) => {
      const message = messages.get(offset)
      // What was forgotten or forked since it was ranked is no hit.
      return message?.inEffect ? [{ message, score, snippet: snippets.get(offset) ?? '' }] : []
    })
    return { hits, ...(matches < CANDIDATES_MAX && { total: matches }) }
  }

  async #ask(query: SearchQuery, now: number): Promise<Answer> {
    const filters = this.#filtersOf(query, now)
    if (query.fts5) return this.#askInFts5(query.text, filters, query)
    const terms = termsOf(query.text)
    if (terms.length === 0) return { match: '', matches: 0, rows: [] }
    const whole = await this.#rank(allOf(terms), filters, query)
    if (whole.matches >= FEW_MATCHES) return whole
    const loose = await this.#completed(terms)
    const begun = loose === terms ? whole : await this.#rank(allOf(loose), filters, query)
    if (begun.matches > 0 || terms.length === 1) return begun
    return this.#rank(anyOf(await this.#rareAmong(loose)), filters, query)
  }

  async #askInFts5(text: string, filters: Filters, page: Paging): Promise<Answer> {
    try {
      return await this.#rank(text.replaceAll('\0', ' '), filters, page)
    } catch (error) {
      throw syntaxError(error) ?? error
    }
  }

  async #rank(match: string, filters: Filters, { limit, offset }: Paging): Promise<Answer> {
    const { sql, parameters } = matchingRows(match, filters)
    const rows = await this.#reader.read<RankedColumns>(
      rankedRows(sql),
      ...parameters,
      CANDIDATES_MAX,
      match,
      limit,
      offset,
    )
    return { match, matches: rows[0]?.matches ?? 0, rows: rows.filter(isHit) }
  }

  /** A word that is common as it stands is whole, and what begins with it too much to gather. */
  async #completed(terms: readonly string[]): Promise<readonly string[]> {
    const last = terms.at(-1)
    return last !== undefined && (await this.#isRare(last)) ? (completed(terms) ?? terms) : terms
  }

  /** A common word says little, and its newest rows would crowd out those that have a rare one. */
  async #rareAmong(terms: readonly string[]): Promise<readonly string[]> {
    const areRare = await Promise.all(terms.map((term) => this.#isRare(term)))
    const rare = terms.filter((_, index) => areRare[index])
    return rare.length > 0 ? rare : terms
  }

  async #isRare(term: string): Promise<boolean> {
    const [row] = await this.#reader.read<{ rows: number }>(COUNTED_ROWS, term, CANDIDATES_MAX)
    return row !== undefined && row.rows < CANDIDATES_MAX
  }

  #filtersOf({ author, contentType, tag, agent, since = ALWAYS }: SearchQuery, now: number): Filters {
    const feed = author === undefined ? undefined : (this.#log.feedNumber(author) ?? NO_FEED)
    const tags = tag === undefined ? [] : [tag]
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    return { marks: marks({ feed, type: contentType, tags, agent }), hidden, now, since }
  }
}

/** What was asked in the end, how many match, and the page of the ranked ones. */
interface Answer {
  match: string
  matches: number
  rows: { offset: number; score: number }[]
}

interface RankedColumns {
  matches: number
  /** Null in the one row of an empty page. */
  offset: number | null
  score: number
}

type Paging = Pick<SearchQuery, 'limit' | 'offset'>

interface Filters {
  /** Empty when nothing is asked for. */
  marks: string
  /** Feeds that are blocked, as a JSON array. */
  hidden: string
  now: number
  since: number
}

/** Earlier than any timestamp. */
const ALWAYS = -Number.MAX_SAFE_INTEGER

/** Feeds are numbered from 1. */
const NO_FEED = 0

/** Rows of the index that match and pass the filters, without their order. */
function matchingRows(match: string, filters: Filters): Query {
  const marked = filters.marks === '' ? [] : [filters.marks]
  const sql = `FROM search_index WHERE search_index MATCH ? ${marked.length > 0 ? 'AND marks MATCH ?' : ''} AND EXISTS (
    SELECT 1 FROM search_messages
    WHERE search_messages.offset = search_index.rowid AND ${SHOWN} AND (expires_at IS NULL OR expires_at > ?) AND time >= ?)`
  return { sql, parameters: [match, ...marked, filters.hidden, filters.now, filters.since] }
}

const COUNTED_ROWS = `SELECT count(*) AS rows FROM (SELECT 1 FROM search_index WHERE search_index MATCH ? LIMIT ?)`

/**
 * The newest matches, and of these the best. In two steps, because bm25 first counts the rows of every word that it is asked about: a
 * mark can stand in all of them. Answers one row at least, for the count.
 */
function rankedRows(matching: string): string {
  return `
    WITH candidates AS MATERIALIZED (SELECT rowid AS offset ${matching} ORDER BY rowid DESC LIMIT ?),
    ranked AS (
      SELECT rowid AS offset, -bm25(search_index, 4, 2, 1, 0) AS score FROM search_index
      WHERE search_index MATCH ? AND rowid >= (SELECT min(offset) FROM candidates) AND +rowid IN candidates
      ORDER BY score DESC, offset DESC LIMIT ? OFFSET ?
    )
    SELECT matches, offset, score FROM (SELECT count(*) AS matches FROM candidates) LEFT JOIN ranked
    ORDER BY score DESC, offset DESC`
}

function isHit(row: RankedColumns): row is RankedColumns & { offset: number } {
  return row.offset !== null
}

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
