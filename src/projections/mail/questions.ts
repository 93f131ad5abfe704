// Queries and what was answered to them.

import { ANSWERS_SHOWN_MAX } from '../constants.ts'
import { isInForce, Versions, versionsBeside } from '../things/index.ts'
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
    const rows = await this.#reader.read<QuestionColumns>(pageOf(state), hidden, now, limit, offset)
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
  accepted: 0 | 1 | null
  stance: number
}

/** What every part of the queries below asks again. Feeds that are hidden are a JSON array. */
const ASKED = 'WITH asked (hidden, now) AS MATERIALIZED (SELECT ?, ?)'
const UNHIDDEN = '(SELECT value FROM json_each((SELECT hidden FROM asked)))'
const NOW = '(SELECT now FROM asked)'

const RESPONSES = `
  mail AS response WHERE response.kind = 'response' AND response.feed NOT IN ${UNHIDDEN}
    AND (response.expires_at IS NULL OR response.expires_at > ${NOW}) AND ${isInForce('response.offset')}`

/** Of a row of `query`: who has answered one version has answered it. */
const RESPONSES_TO_IT = `${versionsBeside('query.offset')} AS version CROSS JOIN ${RESPONSES} AND response.thread = version.hash`
const IS_ANSWERED = `EXISTS (SELECT 1 FROM ${RESPONSES_TO_IT})`

/** What has to hold, the cheapest first: most queries are then passed over by their index. */
const STANDING: Readonly<Record<QueryState, string>> = {
  open: `(query.expires_at IS NULL OR query.expires_at > ${NOW}) AND NOT ${IS_ANSWERED}`,
  answered: IS_ANSWERED,
  expired: `query.expires_at <= ${NOW} AND NOT ${IS_ANSWERED}`,
}

/** Queries in force of which something holds, and how each stands. */
const questions = (condition: string): string => `${ASKED}, found AS MATERIALIZED (
    SELECT query.offset, query.time, query.expires_at FROM mail AS query
    WHERE query.kind = 'query' AND query.feed NOT IN ${UNHIDDEN} AND ${condition}
  ), counted AS MATERIALIZED (
    SELECT query.*, (SELECT count(*) FROM ${RESPONSES_TO_IT}) AS answers FROM found AS query
  )
  SELECT offset, answers, CASE WHEN answers > 0 THEN 'answered' WHEN expires_at <= ${NOW} THEN 'expired' ELSE 'open' END AS state
  FROM counted ORDER BY time DESC, offset DESC`

const IN_FORCE = isInForce('query.offset')
const ONE_QUESTION = questions(`${IN_FORCE} AND query.offset = ?`)

/**
 * LIMIT: what is asked of each query, whether it is in force and answered, takes some microseconds. So tens of thousands that are all answered
 * are looked at for those that are open, and the other way round.
 */
const pageOf = (state: QueryState | undefined): string =>
  questions(
    `${state === undefined ? '' : `${STANDING[state]} AND `}${IN_FORCE} ORDER BY query.time DESC, query.offset DESC LIMIT ? OFFSET ?`,
  )

const ANSWERS = `WITH asked (hidden, now, query, asker) AS MATERIALIZED (SELECT ?, ?, ?, ?), answers AS MATERIALIZED (
    SELECT response.offset, response.feed, response.time, response.confidence, things.hash
    FROM ${versionsBeside('(SELECT query FROM asked)')} AS version CROSS JOIN ${RESPONSES.replace('WHERE', 'JOIN things USING (offset) WHERE')} AND response.thread = version.hash
  ), last AS MATERIALIZED (
    SELECT target, stances.feed, value, max(sequence) FROM answers
    CROSS JOIN stances ON stances.target = answers.hash AND stances.feed != answers.feed
    WHERE stances.feed NOT IN ${UNHIDDEN} AND (stances.expires_at IS NULL OR stances.expires_at > ${NOW}) AND ${isInForce('stances.offset')}
    GROUP BY target, stances.feed
  )
  SELECT offset, EXISTS (SELECT 1 FROM last WHERE target = answers.hash AND last.feed = (SELECT asker FROM asked) AND value = 1) AS accepted,
    coalesce((SELECT sum(value) FROM last WHERE target = answers.hash), 0) AS stance
  FROM answers ORDER BY accepted DESC, stance DESC, coalesce(confidence, 0) DESC, time, hash LIMIT ?`
