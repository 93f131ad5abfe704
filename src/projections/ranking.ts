// What the index is asked: which messages match and pass the filters, and which of them are the best.

import { CANDIDATES_MAX } from './constants.ts'
import { SHOWN } from './shown.ts'
import { isShown } from './things/index.ts'
import type { ProjectionReader, Query } from './projection.ts'

/** What a message must be besides matching. */
export interface Filters {
  /** What FTS5 finds in the marks; empty when nothing is asked of them. */
  marks: string
  /** Feeds that are blocked, as a JSON array. */
  hidden: string
  /** The only feeds to look in, as a JSON array; undefined: all. */
  among: string | undefined
  /** States that are shown, as `numbersOf` names them. */
  states: string
  /** What expires by then is left out. */
  now: number
  /** Milliseconds since 1970. */
  since: number
}

/** What FTS5 is asked for, in its own language. */
export interface Wanted {
  /** What the score counts. */
  match: string
  /**
   * What must match, when that is less.
   *
   * @default match
   */
  among?: string
  /** Leaves out what this matches. */
  but?: string
}

/** Which of the ranked ones. */
export interface Paging {
  limit: number
  offset: number
}

/** How many match, {@link CANDIDATES_MAX} at most, and a page of them, best first. */
export interface Ranked {
  matches: number
  rows: { offset: number; score: number }[]
}

/** Ranks by the index. */
export class Ranking {
  readonly #reader: ProjectionReader

  constructor(reader: ProjectionReader) {
    this.#reader = reader
  }

  async rank({ match, among = match, but }: Wanted, filters: Filters, { limit, offset }: Paging): Promise<Ranked> {
    const { sql, parameters } = matchingRows(but === undefined ? among : `(${among}) NOT (${but})`, filters)
    const rows = await this.#reader.read<RankedColumns>(
      rankedRows(sql),
      ...parameters,
      CANDIDATES_MAX,
      match,
      limit,
      offset,
    )
    return { matches: rows[0]?.matches ?? 0, rows: rows.filter(isHit) }
  }

  /** How many messages match this, counted to {@link CANDIDATES_MAX}: from there on they cannot all be ranked. */
  async count(match: string): Promise<number> {
    const [row] = await this.#reader.read<{ rows: number }>(COUNTED_ROWS, match, CANDIDATES_MAX)
    return row?.rows ?? 0
  }
}

interface RankedColumns {
  matches: number
  /** Null in the one row of an empty page. */
  offset: number | null
  score: number
}

const AMONG = 'feed IN (SELECT value FROM json_each(?))'

/** Rows of the index that match and pass the filters, without their order. */
function matchingRows(match: string, { marks, hidden, among, states, now, since }: Filters): Query {
  const marked = marks === '' ? [] : [marks]
  const listed = among === undefined ? [] : [among]
  const sql = `FROM search_index WHERE search_index MATCH ? ${marked.length > 0 ? 'AND marks MATCH ?' : ''} AND EXISTS (
    SELECT 1 FROM search_messages
    WHERE search_messages.offset = search_index.rowid AND ${SHOWN} AND (expires_at IS NULL OR expires_at > ?) AND time >= ?
    AND ${isShown('search_messages.offset')} ${listed.length > 0 ? `AND ${AMONG}` : ''})`
  return { sql, parameters: [match, ...marked, hidden, now, since, states, ...listed] }
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
