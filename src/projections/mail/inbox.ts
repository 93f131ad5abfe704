// What others said to us: by name, by role, in answer, or to everybody; without those whom we have muted, and with what we have read.

import { EVERYBODY } from '../../content/index.ts'
import { CRITICAL_PER_HOUR_MAX, INBOX_COUNTED_MAX, THREADS_LOOKED_AT_MAX } from '../constants.ts'
import { SHOWN } from '../shown.ts'
import { isInForce } from '../things/index.ts'
import { SEVERITIES } from './mail.ts'
import type { Author } from '../../feed/index.ts'
import type { Log, MessageEntry } from '../../log/index.ts'
import type { ProjectionReader, SqlValue } from '../projection.ts'

/** How a message reached us, the closest first. */
export const REACHES = ['direct', 'role', 'reply', 'everybody'] as const
export type Reach = (typeof REACHES)[number]
export type Severity = (typeof SEVERITIES)[number]

/** Which messages of the inbox, and which page of them, newest first. */
export interface InboxQuery {
  /** Whose inbox: our own author. */
  author: Author
  /** Roles and capabilities that we have. */
  roles: readonly string[]
  reach?: readonly Reach[] | undefined
  kind?: 'message' | 'query' | 'response' | undefined
  /** At least this. */
  severity?: Severity | undefined
  category?: string | undefined
  from?: Author | undefined
  /** Milliseconds since 1970. */
  since?: number | undefined
  unread?: boolean | undefined
  unacknowledged?: boolean | undefined
  /** Authors to leave out. */
  muted: readonly Author[]
  limit: number
  offset: number
}

/** One message of the inbox. Times are milliseconds since 1970. */
export interface Received {
  message: MessageEntry
  reach: Reach
  /** As its author said, less what he said too often. */
  severity: Severity
  readAt?: number
  acknowledgedAt?: number
}

export interface InboxPage {
  received: Received[]
  /** How many there are on all pages; absent when there are more than a thousand. */
  total?: number
  /** Whether another page follows. */
  hasMore: boolean
}

/** Reads the inbox of this node. */
export class Inbox {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
  }

  /** One page. What has expired at `now` is left out, and so is what is not in force. */
  async page(query: InboxQuery, now: number): Promise<InboxPage> {
    const { limit, offset } = query
    const reached = this.#reached(query, now)
    if (reached === undefined) return { received: [], total: 0, hasMore: false }
    const rows = await this.#reader.read<ReceivedColumns>(
      `${reached.sql} ${PAGE}`,
      ...reached.parameters,
      limit + 1,
      offset,
    )
    const onPage = rows.slice(0, limit)
    const entries = await this.#log.entriesAt(onPage.map((row) => row.offset))
    const messages = new Map(entries.map((entry) => [entry.offset, entry]))
    const total = rows[0]?.total ?? (offset === 0 ? 0 : await this.#count(reached))
    return {
      received: onPage.flatMap((row) => {
        const message = messages.get(row.offset)
        return message?.inEffect ? [receivedOf(message, row)] : []
      }),
      hasMore: rows.length > limit,
      ...(total <= INBOX_COUNTED_MAX && { total }),
    }
  }

  /** How many critical messages an author has said since a time, as far as they matter. */
  async criticalSince(author: Author, since: number): Promise<number> {
    const feed = this.#log.feedNumber(author) ?? NO_FEED
    const [row] = await this.#reader.read<{ count: number }>(CRITICAL_SINCE, feed, since, CRITICAL_PER_HOUR_MAX)
    return row?.count ?? 0
  }

  /**
   * Each way to us is walked from its newest message, no further than the page and the count go. Undefined when there is no way, as to
   * a role of who has none.
   *
   * LIMIT: what only few messages fit, as a rare category, or unread ones where all are read, is looked for in every message to us: among
   * 100,000 some 70 and some 200 ms of the reader.
   */
  #reached(query: InboxQuery, now: number): { sql: string; parameters: SqlValue[] } | undefined {
    const enough = Math.max(query.offset + query.limit, INBOX_COUNTED_MAX) + 1
    const ways = this.#waysTo(query).filter(({ reach }) => query.reach?.includes(reach) ?? true)
    if (ways.length === 0) return undefined
    const parts = ways.map(({ reach, from, whose, order }) => {
      const { sql: filters, parameters } = this.#filters(query, now, order)
      const sql = `SELECT * FROM (
        SELECT mail.offset, mail.time, ${REACHES.indexOf(reach)} AS reach ${from} ${filters}
        ORDER BY ${order}.time DESC, ${order}.offset DESC LIMIT ${enough})`
      return { sql, parameters: [whose, ...parameters] }
    })
    return {
      sql: `WITH reached AS MATERIALIZED (
        SELECT offset, time, min(reach) AS reach FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) GROUP BY offset)`,
      parameters: parts.flatMap(({ parameters }) => parameters),
    }
  }

  #waysTo({ author, roles, severity = 'info' }: InboxQuery): Way[] {
    const from = severity === 'info' ? NAMED : `${NAMED} AND named.severity > 0`
    const named = (reach: Reach, whose: string): Way => ({ reach, from, whose, order: 'named' })
    return [
      named('direct', author),
      ...roles.slice(0, ROLES_MAX).map((role) => named('role', `role:${role}`)),
      named('everybody', EVERYBODY),
      { reach: 'reply', from: REPLIES, whose: this.#log.feedNumber(author) ?? NO_FEED, order: 'mail' },
    ]
  }

  async #count({ sql, parameters }: { sql: string; parameters: SqlValue[] }): Promise<number> {
    const [row] = await this.#reader.read<{ total: number }>(`${sql} ${COUNT}`, ...parameters)
    return row?.total ?? 0
  }

  #filters(query: InboxQuery, now: number, order: Way['order']): { sql: string; parameters: SqlValue[] } {
    const feedOf = (author: Author): number => this.#log.feedNumber(author) ?? NO_FEED
    const hidden = [...this.#log.blockedFeeds(), feedOf(query.author), ...query.muted.map(feedOf)]
    // The cheapest to ask stand first: whatever leaves a message out, the rest is not asked of it.
    const conditions: [sql: string, value?: SqlValue][] = []
    if (query.kind !== undefined) conditions.push(['mail.kind = ?', query.kind])
    if (query.severity !== undefined) conditions.push(['mail.severity >= ?', SEVERITIES.indexOf(query.severity)])
    if (query.severity === 'critical') conditions.push([`${SEVERITY} = mail.severity`])
    if (query.category !== undefined) conditions.push(['mail.category = ?', query.category])
    if (query.from !== undefined) conditions.push(['mail.feed = ?', feedOf(query.from)])
    if (query.since !== undefined) conditions.push([`${order}.time >= ?`, query.since])
    conditions.push(
      [`mail.${SHOWN}`, JSON.stringify(hidden)],
      ['(mail.expires_at IS NULL OR mail.expires_at > ?)', now],
    )
    if (query.unread === true) conditions.push([`NOT EXISTS (${MARKS} AND read_at IS NOT NULL)`])
    if (query.unacknowledged === true) conditions.push([`NOT EXISTS (${MARKS} AND acknowledged_at IS NOT NULL)`])
    conditions.push([isInForce('mail.offset')])
    return {
      sql: conditions.map(([sql]) => `AND ${sql}`).join(' '),
      parameters: conditions.flatMap(([, value]) => (value === undefined ? [] : [value])),
    }
  }
}

interface ReceivedColumns {
  offset: number
  reach: number
  severity: number
  readAt: number | null
  acknowledgedAt: number | null
  /** Of all pages. */
  total: number
}

/** One way in which messages reach us, walked from the newest on. */
interface Way {
  reach: Reach
  /** From which tables; its parameter is whose inbox it is. */
  from: string
  whose: SqlValue
  /** The table that has the order. */
  order: 'named' | 'mail'
}

function receivedOf(message: MessageEntry, row: ReceivedColumns): Received {
  return {
    message,
    // The numbers are places in these lists.
    reach: REACHES[row.reach] ?? 'everybody',
    severity: SEVERITIES[row.severity] ?? 'info',
    ...(row.readAt !== null && { readAt: row.readAt }),
    ...(row.acknowledgedAt !== null && { acknowledgedAt: row.acknowledgedAt }),
  }
}

/** Feeds are numbered from 1. */
const NO_FEED = 0

/** By the key of the recipients, which has the order too: nothing is sorted, and nothing beyond the limit is looked at. */
const NAMED = 'FROM mail_recipients AS named CROSS JOIN mail ON mail.offset = named.offset WHERE named.recipient = ?'

/** More than the agents of one machine have; each is a walk of its own. */
const ROLES_MAX = 128

/** Only of the newest of all answers it is looked up whose question they answer. */
const REPLIES = `
  FROM (SELECT offset, thread FROM mail WHERE thread IS NOT NULL ORDER BY time DESC, offset DESC LIMIT ${THREADS_LOOKED_AT_MAX}) AS answers
  CROSS JOIN mail ON mail.offset = answers.offset
  WHERE EXISTS (SELECT 1 FROM things WHERE things.hash = answers.thread AND things.feed = ?)`

/** protocols/content/message/1: who calls everything critical calls nothing critical. */
const SEVERITY = `
  CASE WHEN mail.severity = ${SEVERITIES.indexOf('critical')} AND (
    SELECT count(*) FROM (
      SELECT 1 FROM mail AS earlier WHERE earlier.feed = mail.feed AND earlier.severity = ${SEVERITIES.indexOf('critical')}
        AND earlier.time > mail.time - 3600000 AND (earlier.time, earlier.sequence) < (mail.time, mail.sequence)
      LIMIT ${CRITICAL_PER_HOUR_MAX})
  ) >= ${CRITICAL_PER_HOUR_MAX} THEN ${SEVERITIES.indexOf('warning')} ELSE mail.severity END`

const MARKS =
  'SELECT 1 FROM inbox_marks WHERE inbox_marks.hash = (SELECT hash FROM things WHERE things.offset = mail.offset)'

const CRITICAL_SINCE = `SELECT count(*) AS count FROM (
  SELECT 1 FROM mail WHERE feed = ? AND severity = ${SEVERITIES.indexOf('critical')} AND time > ? LIMIT ?)`

const PAGE = `
  SELECT reached.offset, reach, ${SEVERITY} AS severity, read_at AS readAt, acknowledged_at AS acknowledgedAt,
    (SELECT count(*) FROM reached) AS total
  FROM reached JOIN mail USING (offset) JOIN things USING (offset) LEFT JOIN inbox_marks ON inbox_marks.hash = things.hash
  ORDER BY reached.time DESC, reached.offset DESC LIMIT ? OFFSET ?`

const COUNT = 'SELECT count(*) AS total FROM reached'
