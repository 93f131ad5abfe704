// What others think of a message, from the table of stances.

import { DISPUTES_SHOWN_MAX, STANCES_LOOKED_AT_MAX } from './constants.ts'
import { isInForce } from './things/index.ts'
import type { Author } from '../feed/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'

/** How many endorse a message and how many dispute it: of each author but its own the last word counts. */
export interface Stance {
  endorsements: number
  disputes: number
  /** Of the last few disputes, the newest first. */
  reasons: { author: Author; reason: string }[]
}

/** Reads stances. They are about the very message that they name, whatever supersedes it. */
export class Standing {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
  }

  /** By offset of the message; those on which nobody has taken one are left out. What has expired at `now` does not count. */
  async of(messages: readonly MessageEntry[], now: number): Promise<Map<number, Stance>> {
    if (messages.length === 0) return new Map()
    const asked = JSON.stringify(messages.map(({ offset, hash, feed }) => ({ offset, hash, feed })))
    const parameters = [asked, JSON.stringify(this.#log.blockedFeeds()), now] as const
    const rows = await this.#reader.read<StanceColumns>(STANCES, ...parameters, DISPUTES_SHOWN_MAX)
    const disputes = await this.#log.entriesAt(rows.flatMap(({ saidAt }) => saidAt ?? []))
    const authors = new Map(disputes.map(({ offset, author }) => [offset, author]))
    const stances = new Map<number, Stance>()
    for (const { offset, endorsements, disputes, saidAt, reason } of rows) {
      const stance = stances.get(offset) ?? { endorsements, disputes, reasons: [] }
      stances.set(offset, stance)
      const author = saidAt === null ? undefined : authors.get(saidAt)
      if (author !== undefined && reason !== null) stance.reasons.push({ author, reason })
    }
    return stances
  }
}

interface StanceColumns {
  /** Of the message. */
  offset: number
  endorsements: number
  disputes: number
  /** Offset of a dispute, with its reason. Null in the one row of a message without. */
  saidAt: number | null
  reason: string | null
}

/**
 * CTEs of which `last` has, for each of some messages, the last word that counts of each author but its own. Author by author, and of each the last
 * that counts: who endorses one message a hundred thousand times, or takes as many endorsements back, costs no more than who does it
 * {@link STANCES_LOOKED_AT_MAX} times.
 *
 * @param messages - a table with `message`, `hash` and `own`, the feed that it stands in
 * @param hidden - feeds that are blocked, as what may follow NOT IN
 * @param now - an expression
 */
export function lastStances(messages: string, hidden: string, now: string): string {
  return `speaking AS (
    SELECT told.*, (SELECT min(feed) FROM stances WHERE target = told.hash) AS feed FROM ${messages} AS told
    UNION ALL
    SELECT message, hash, own, (SELECT min(feed) FROM stances WHERE target = speaking.hash AND stances.feed > speaking.feed)
    FROM speaking WHERE feed IS NOT NULL
  ),
  others AS (SELECT * FROM speaking WHERE feed != own AND feed NOT IN ${hidden}),
  last AS MATERIALIZED (
    SELECT message, stances.feed, offset, value, reason
    FROM others CROSS JOIN stances ON target = others.hash AND stances.feed = others.feed AND sequence = (
      SELECT sequence FROM (
        SELECT * FROM stances AS latest WHERE latest.target = others.hash AND latest.feed = others.feed
        ORDER BY sequence DESC LIMIT ${STANCES_LOOKED_AT_MAX}
      ) AS one
      WHERE (one.expires_at IS NULL OR one.expires_at > ${now}) AND ${isInForce('one.offset')}
      ORDER BY sequence DESC LIMIT 1
    )
  )`
}

const STANCES = `
  WITH RECURSIVE
  asked AS (SELECT value ->> 'offset' AS message, unhex(value ->> 'hash') AS hash, value ->> 'feed' AS own FROM json_each(?)),
  ${lastStances('asked', '(SELECT value FROM json_each(?))', '?')},
  counts AS (SELECT message, sum(value > 0) AS endorsements, sum(value < 0) AS disputes FROM last GROUP BY message),
  said AS (
    SELECT message, offset, reason, row_number() OVER (PARTITION BY message ORDER BY offset DESC) AS place FROM last WHERE value < 0
  )
  SELECT counts.message AS offset, endorsements, disputes, said.offset AS saidAt, reason
  FROM counts LEFT JOIN said ON said.message = counts.message AND place <= ?
  ORDER BY counts.message, place`
