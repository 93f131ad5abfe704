// What others said to us: by name, by role, in answer, or to everybody; without those whom we have muted, and with what we have read.

import { CRITICAL_PER_HOUR_MAX, INBOX_COUNTED_MAX } from '../constants.ts'
import { SHOWN } from '../shown.ts'
import { isInForce } from '../things/index.ts'
import { SEVERITIES } from './mail.ts'
import { REACHES, reachedBy, waysTo } from './ways.ts'
import type { Author } from '../../feed/index.ts'
import type { Log, MessageEntry } from '../../log/index.ts'
import type { ProjectionReader, Query, SqlValue } from '../projection.ts'
import type { Reach } from './ways.ts'

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
    const [row] = await this.#reader.read<{ count: number }>(
      CRITICAL_SINCE,
      this.#feedOf(author),
      since,
      CRITICAL_PER_HOUR_MAX,
    )
    return row?.count ?? 0
  }

  /** Undefined when there is no way, as to a role of who has none. */
  #reached(query: InboxQuery, now: number): Query | undefined {
    const { author, roles, unread, unacknowledged, category, severity = 'info' } = query
    const ways = waysTo(author, this.#feedOf(author), roles).filter(({ reach }) => query.reach?.includes(reach) ?? true)
    if (ways.length === 0) return undefined
    return reachedBy(ways, {
      conditions: (place) => this.#conditions(query, now, place),
      // What is not read is not acknowledged either.
      without: unread ? 'read' : unacknowledged ? 'acknowledged' : undefined,
      rare: category !== undefined ? { category } : severity !== 'info' ? 'weighty' : undefined,
      enough: Math.max(query.offset + query.limit, INBOX_COUNTED_MAX) + 1,
    })
  }

  async #count({ sql, parameters }: Query): Promise<number> {
    const [row] = await this.#reader.read<{ total: number }>(`${sql} ${COUNT}`, ...parameters)
    return row?.total ?? 0
  }

  /**
   * LIMIT: an author who said little to us, or a rare kind, is looked for in every message to us: among 100,000 some 70 ms of the reader.
   */
  #conditions(query: InboxQuery, now: number, place: 'way' | 'mail'): Query {
    const hidden = [
      ...this.#log.blockedFeeds(),
      ...[query.author, ...query.muted].map((author) => this.#feedOf(author)),
    ]
    // The cheapest to ask stand first, before anything that needs a look at the message: whatever leaves it out, the rest is not asked of it.
    const conditions: [sql: string, value?: SqlValue][] = [[`${place}.${SHOWN}`, JSON.stringify(hidden)]]
    if (query.from !== undefined) conditions.push([`${place}.feed = ?`, this.#feedOf(query.from)])
    if (query.since !== undefined) conditions.push([`${place}.time >= ?`, query.since])
    if (query.kind !== undefined) conditions.push(['mail.kind = ?', query.kind])
    if (query.severity !== undefined) conditions.push(['mail.severity >= ?', SEVERITIES.indexOf(query.severity)])
    if (query.severity === 'critical') conditions.push([`${SEVERITY} = mail.severity`])
    if (query.category !== undefined) conditions.push(['mail.category = ?', query.category])
    conditions.push(['(mail.expires_at IS NULL OR mail.expires_at > ?)', now], [isInForce('mail.offset')])
    return {
      sql: conditions.map(([sql]) => `AND ${sql}`).join(' '),
      parameters: conditions.flatMap(([, value]) => (value === undefined ? [] : [value])),
    }
  }

  #feedOf(author: Author): number {
    return this.#log.feedNumber(author) ?? NO_FEED
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

/** protocols/content/message/1: who calls everything critical calls nothing critical. */
const SEVERITY = `
  CASE WHEN mail.severity = ${SEVERITIES.indexOf('critical')} AND (
    SELECT count(*) FROM (
      SELECT 1 FROM mail AS earlier WHERE earlier.feed = mail.feed AND earlier.severity = ${SEVERITIES.indexOf('critical')}
        AND earlier.time > mail.time - 3600000 AND (earlier.time, earlier.sequence) < (mail.time, mail.sequence)
      LIMIT ${CRITICAL_PER_HOUR_MAX})
  ) >= ${CRITICAL_PER_HOUR_MAX} THEN ${SEVERITIES.indexOf('warning')} ELSE mail.severity END`

const CRITICAL_SINCE = `SELECT count(*) AS count FROM (
  SELECT 1 FROM mail WHERE feed = ? AND severity = ${SEVERITIES.indexOf('critical')} AND time > ? LIMIT ?)`

const PAGE = `
  SELECT reached.offset, reach, ${SEVERITY} AS severity, read_at AS readAt, acknowledged_at AS acknowledgedAt,
    (SELECT count(*) FROM reached) AS total
  FROM reached JOIN mail USING (offset) LEFT JOIN inbox_marks USING (offset)
  ORDER BY reached.time DESC, reached.offset DESC LIMIT ? OFFSET ?`

const COUNT = 'SELECT count(*) AS total FROM reached'
