// Queries and what was answered to them.

import { ANSWERS_SHOWN_MAX } from '../constants.ts'
import { label } from '../labels.ts'
import { lastStances } from '../standing.ts'
import { isInForce, STATE_NUMBERS, Versions, versionsBeside } from '../things/index.ts'
import type { Log, MessageEntry } from '../../log/index.ts'
import type { ProjectionReader } from '../projection.ts'

/** Open until somebody answers or its time is over. */
export type QueryState = 'open' | 'answered' | 'expired'

/** Which queries, and which page of them, newest first. */
export interface QuestionsQuery {
  /** All of them when absent. What has expired is forgotten at the next sweep. */
  state?: QueryState | undefined
  limit: number
  offset: number
}

/** A query with how it stands. */
export interface Question {
  query: MessageEntry
  state: QueryState
  answers: number
}

/** A response, and why it stands where it does. */
export interface Answered {
  response: MessageEntry
  /** Whether the asker endorses it. */
  isAccepted: boolean
  /** Endorsements less disputes. */
  stance: number
}

/** Reads queries and their responses. */
export class Questions {
  readonly #reader: ProjectionReader
  readonly #versions: Versions
  readonly #log: Pick<Log, 'entriesAt' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#versions = new Versions(reader)
    this.#log = log
  }

  /** A page of queries in force. */
  async page({ state, limit, offset }: QuestionsQuery, now: number): Promise<Question[]> {
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const rows = await this.#reader.read<QuestionColumns>(PAGES[state ?? 'any'], hidden, now, limit, offset)
    return this.#told(rows)
  }

  /** How a query stands, by any of its versions; undefined when none is in force. */
  async one(version: MessageEntry, now: number): Promise<Question | undefined> {
    const { versions } = await this.#versions.of(version)
    const inForce = versions.findLast(({ state }) => state === 'in force')
    if (inForce === undefined) return undefined
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const rows = await this.#reader.read<QuestionColumns>(ONE_QUESTION, hidden, now, inForce.offset)
    const [question] = await this.#told(rows)
    return question
  }

  /**
   * Responses to a query, the best first (protocols/content/response/1): what the asker endorses, then what most endorse, then the most
   * confident, then the first, then the smaller hash.
   */
  async answers({ offset, feed }: MessageEntry, now: number): Promise<Answered[]> {
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const rows = await this.#reader.read<AnswerColumns>(ANSWERS, hidden, now, offset, feed, ANSWERS_SHOWN_MAX)
    const messages = await this.#entriesOf(rows)
    return rows.flatMap(({ offset, accepted, stance }) => {
      const response = messages.get(offset)
      return response === undefined ? [] : [{ response, isAccepted: accepted === 1, stance }]
    })
  }

  async #told(rows: readonly QuestionColumns[]): Promise<Question[]> {
    const messages = await this.#entriesOf(rows)
    return rows.flatMap(({ offset, state, answers }) => {
      const query = messages.get(offset)
      return query === undefined ? [] : [{ query, state, answers }]
    })
  }

  /** What was forgotten or forked a moment ago is left out. */
  async #entriesOf(rows: readonly { offset: number }[]): Promise<Map<number, MessageEntry>> {
    const entries = await this.#log.entriesAt(rows.map(({ offset }) => offset))
    return new Map(entries.filter(({ inEffect }) => inEffect).map((entry) => [entry.offset, entry]))
  }
}

interface QuestionColumns {
  offset: number
  state: QueryState
  answers: number
}

interface AnswerColumns {
  offset: number
  accepted: 0 | 1
  stance: number
}

/** What every part of the queries below asks again. Feeds that are hidden are a JSON array. */
const ASKED = 'WITH RECURSIVE asked (hidden, now) AS MATERIALIZED (SELECT ?, ?)'
const UNHIDDEN = '(SELECT value FROM json_each((SELECT hidden FROM asked)))'
const NOW = '(SELECT now FROM asked)'

const RESPONSES = `
  mail AS response WHERE response.kind = 'response' AND response.feed NOT IN ${UNHIDDEN}
    AND (response.expires_at IS NULL OR response.expires_at > ${NOW}) AND ${isInForce('response.offset')}`

/** Of a row of `query`: who has answered one version has answered it. */
const RESPONSES_TO_IT = `${versionsBeside('query.offset')} AS version CROSS JOIN ${RESPONSES} AND response.thread = version.hash`
const IS_ANSWERED = `EXISTS (SELECT 1 FROM ${RESPONSES_TO_IT})`
const IN_FORCE = isInForce('query.offset')
const UNEXPIRED = `(query.expires_at IS NULL OR query.expires_at > ${NOW})`

/** Queries of which something holds, the cheapest first. */
const queries = (from: string, condition: string): string => `
  SELECT query.offset, query.time, query.expires_at FROM ${from}
  WHERE query.kind = 'query' AND query.feed NOT IN ${UNHIDDEN} AND ${condition} AND ${IN_FORCE}`

/** How each query of `found` stands. */
const STANDING = `counted AS MATERIALIZED (
    SELECT query.*, (SELECT count(*) FROM ${RESPONSES_TO_IT}) AS answers FROM found AS query
  )
  SELECT offset, answers, CASE WHEN answers > 0 THEN 'answered' WHEN expires_at <= ${NOW} THEN 'expired' ELSE 'open' END AS state
  FROM counted ORDER BY time DESC, offset DESC`

const ONE_QUESTION = `${ASKED}, found AS MATERIALIZED (${queries('mail AS query', 'query.offset = ?')}), ${STANDING}`

const NEWEST_FIRST = 'ORDER BY time DESC, offset DESC'
const PAGE = `${NEWEST_FIRST} LIMIT (SELECT most FROM paged) OFFSET (SELECT skipped FROM paged)`

const page = (found: string): string =>
  `${ASKED}, paged (most, skipped) AS MATERIALIZED (SELECT ?, ?), ${found}, ${STANDING}`

/** Threads with responses that do not count now: of blocked authors, expired, or not in force. */
const UNCOUNTED = `
  SELECT thread FROM mail WHERE kind = 'response' AND feed IN ${UNHIDDEN}
  UNION SELECT thread FROM mail WHERE kind = 'response' AND expires_at <= ${NOW}
  UNION SELECT thread FROM things INDEXED BY things_responses_out CROSS JOIN mail USING (offset)
    WHERE things.type = '${label('type', 'response')}' AND things.state != ${STATE_NUMBERS['in force']} AND mail.kind = 'response'`

/**
 * However many queries are answered: what nobody has answered is an index, and of the others only those are looked at of which some response does
 * not count.
 *
 * LIMIT: a query whose earlier version was answered, and it itself was not, is looked at too.
 */
const OPEN = `unanswered AS (
    ${queries('mail AS query INDEXED BY mail_unanswered', `query.answers = 0 AND ${UNEXPIRED} AND NOT ${IS_ANSWERED}`)}
    ${NEWEST_FIRST} LIMIT (SELECT most + skipped FROM paged)
  ), uncounted AS MATERIALIZED (${UNCOUNTED}), unanswered_again AS (
    ${queries('uncounted CROSS JOIN mail AS query ON query.hash = uncounted.thread', `${UNEXPIRED} AND NOT ${IS_ANSWERED} AND query.answers > 0`)}
  ), found AS MATERIALIZED (SELECT * FROM (SELECT * FROM unanswered UNION ALL SELECT * FROM unanswered_again) ${PAGE})`

const found = (from: string, condition: string): string => `found AS MATERIALIZED (${queries(from, condition)} ${PAGE})`

/** LIMIT: what is answered is looked for among all queries, at some microseconds for each. */
const PAGES: Readonly<Record<QueryState | 'any', string>> = {
  any: page(found('mail AS query', 'true')),
  open: page(OPEN),
  answered: page(found('mail AS query', IS_ANSWERED)),
  // What has expired is swept soon.
  expired: page(
    found('mail AS query INDEXED BY mail_queries_expiring', `query.expires_at <= ${NOW} AND NOT ${IS_ANSWERED}`),
  ),
}

const ANSWERS = `WITH RECURSIVE asked (hidden, now, query, asker) AS MATERIALIZED (SELECT ?, ?, ?, ?), answers AS MATERIALIZED (
    SELECT response.offset, response.feed, response.time, response.confidence, things.hash
    FROM ${versionsBeside('(SELECT query FROM asked)')} AS version CROSS JOIN ${RESPONSES.replace('WHERE', 'JOIN things USING (offset) WHERE')} AND response.thread = version.hash
  ), told AS (SELECT offset AS message, hash, feed AS own FROM answers), ${lastStances('told', UNHIDDEN, NOW)},
  counts AS (
    SELECT message, max(last.feed = (SELECT asker FROM asked) AND value > 0) AS accepted, sum(value) AS stance FROM last GROUP BY message
  )
  SELECT answers.offset, coalesce(accepted, 0) AS accepted, coalesce(stance, 0) AS stance
  FROM answers LEFT JOIN counts ON counts.message = answers.offset
  ORDER BY accepted DESC, stance DESC, coalesce(confidence, 0) DESC, time, hash LIMIT ?`
