// Questions to the full-text index: which messages, in which order, and the place in each that matched.

import { CANDIDATES_MAX, FEW_MATCHES } from './constants.ts'
import { ProjectionError } from './errors.ts'
import { mark } from './search-text.ts'
import { allOf, anyOf, completed, termsOf } from './search-words.ts'
import { snippetsOf } from './snippets.ts'
import type { Author } from '../feed/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'

/** What is searched for, and where. Filters that are absent let everything pass; those that are given all hold. */
export interface SearchQuery {
  /** Words, or with `fts5` a query in FTS5's own language over the columns title, observation and rest. */
  text: string
  fts5: boolean
  /** `content.type`, when it is a string. */
  contentType?: string | undefined
  author?: Author | undefined
  tag?: string | undefined
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
 * All words must occur, each in any of its forms. When few messages have them, words that begin with the last one count as well. When
 * no message has them all, one of the words is enough, as long as it is rare. Of more than 5,000 matches the newest 5,000 are ranked.
 */
export class Finder {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt'>) {
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
    const filters = filtersOf(query, now)
    if (query.fts5) return this.#askInFts5(query.text, filters, query)
    const terms = termsOf(query.text)
    if (terms.length === 0) return { match: '', matches: 0, rows: [] }
    const completedTerms = completed(terms)
    let answer = await this.#rank(allOf(terms), filters, query)
    if (answer.matches < FEW_MATCHES && completedTerms !== undefined) {
      answer = await this.#rank(allOf(completedTerms), filters, query)
    }
    if (answer.matches > 0 || terms.length === 1) return answer
    return this.#rank(anyOf(await this.#rareAmong(completedTerms ?? terms, filters)), filters, query)
  }

  async #askInFts5(text: string, filters: Filters, page: Paging): Promise<Answer> {
    try {
      return await this.#rank(text.replaceAll('\0', ' '), filters, page)
    } catch (error) {
      throw syntaxError(error) ?? error
    }
  }

  async #rank(match: string, { marks, now, since }: Filters, { limit, offset }: Paging): Promise<Answer> {
    const marked = marks === undefined ? [] : [marks]
    const sql = rankedRows(marks !== undefined)
    const parameters = [match, ...marked, now, since, CANDIDATES_MAX, match, limit, offset]
    const rows = await this.#reader.read<RankedColumns>(sql, ...parameters)
    return { match, matches: rows[0]?.matches ?? 0, rows: rows.filter(isHit) }
  }

  /** A common word says little and its newest rows would crowd out those that have a rare one. */
  async #rareAmong(terms: readonly string[], { marks }: Filters): Promise<readonly string[]> {
    const marked = marks === undefined ? [] : [marks]
    const count = async (term: string): Promise<number> => {
      const [row] = await this.#reader.read<{ rows: number }>(
        countedRows(marks !== undefined),
        term,
        ...marked,
        CANDIDATES_MAX,
      )
      return row?.rows ?? 0
    }
    const counts = await Promise.all(terms.map(count))
    const rare = terms.filter((_, index) => (counts[index] ?? 0) < CANDIDATES_MAX)
    return rare.length > 0 ? rare : terms
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
  /** Marks that must all be there, as FTS5 is asked for them. */
  marks: string | undefined
  now: number
  since: number
}

/** Earlier than any timestamp. */
const ALWAYS = -Number.MAX_SAFE_INTEGER

function filtersOf({ author, contentType, tag, since = ALWAYS }: SearchQuery, now: number): Filters {
  const marks: string[] = []
  if (author !== undefined) marks.push(mark('author', author))
  if (contentType !== undefined) marks.push(mark('type', contentType))
  if (tag !== undefined) marks.push(mark('tag', tag))
  return { marks: marks.length > 0 ? marks.join(' ') : undefined, now, since }
}

/**
 * The newest matches, then the best of them. In two steps, because bm25 counts the rows of every word it is asked for, and a mark may
 * stand in all of them.
 */
function rankedRows(isMarked: boolean): string {
  return `
    WITH candidates AS MATERIALIZED (
      SELECT rowid AS offset FROM search_index
      WHERE ${matching(isMarked)} AND NOT EXISTS (
        SELECT 1 FROM search_messages AS facts
        WHERE facts.offset = search_index.rowid AND (facts.expires_at <= ? OR facts.time < ?))
      ORDER BY rowid DESC LIMIT ?
    ), ranked AS (
      SELECT rowid AS offset, -bm25(search_index, 4, 2, 1, 0) AS score FROM search_index
      WHERE search_index MATCH ? AND rowid >= (SELECT min(offset) FROM candidates) AND +rowid IN candidates
      ORDER BY score DESC, offset DESC LIMIT ? OFFSET ?
    )
    SELECT matches, offset, score FROM (SELECT count(*) AS matches FROM candidates) LEFT JOIN ranked
    ORDER BY score DESC, offset DESC`
}

function countedRows(isMarked: boolean): string {
  return `SELECT count(*) AS rows FROM (SELECT 1 FROM search_index WHERE ${matching(isMarked)} LIMIT ?)`
}

function matching(isMarked: boolean): string {
  return isMarked ? 'search_index MATCH ? AND marks MATCH ?' : 'search_index MATCH ?'
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
