// Statistics of feeds, from the tables of the timeline.

import { SHOWN } from './shown.ts'
import type { Author } from '../feed/index.ts'
import type { Log } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'

/** Which feeds, and which page of them. */
export interface FeedsQuery {
  /** Only this author's. */
  author?: Author | undefined
  limit: number
  offset: number
}

/** What is in effect of one feed. Times are milliseconds since 1970, the earlier of the claimed and the received one. */
export interface FeedStatistics {
  author: Author
  messages: number
  /** Of the first message by sequence. */
  firstAt: number
  /** Of the last message by sequence. */
  lastAt: number
}

/** Reads statistics of feeds. */
export class Feeds {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'entriesAt' | 'feedNumber' | 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
  }

  /** Feeds with messages in effect, who spoke last first. What has expired at `now` (milliseconds since 1970) does not count. */
  async page({ author, limit, offset }: FeedsQuery, now: number): Promise<FeedStatistics[]> {
    const [isOne, feed] = author === undefined ? [0, null] : [1, this.#log.feedNumber(author) ?? null]
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const rows = await this.#reader.read<FeedColumns>(
      STATISTICS,
      now,
      now,
      now,
      now,
      hidden,
      isOne,
      feed,
      limit,
      offset,
    )
    const lastOnes = await this.#log.entriesAt(rows.map(({ lastOffset }) => lastOffset))
    const authors = new Map(lastOnes.map((entry) => [entry.offset, entry.author]))
    return rows.flatMap(({ lastOffset, messages, firstAt, lastAt }) => {
      const name = authors.get(lastOffset)
      // Absent when its messages were forgotten a moment ago.
      return name === undefined ? [] : [{ author: name, messages, firstAt, lastAt }]
    })
  }
}

interface FeedColumns extends Omit<FeedStatistics, 'author'> {
  /** Of its last message, which knows its author. */
  lastOffset: number
}

const UNEXPIRED = '(expires_at IS NULL OR expires_at > ?)'

const STATISTICS = `
  WITH expired AS (SELECT feed, count(*) AS messages FROM timeline_places INDEXED BY timeline_expiring WHERE expires_at <= ? GROUP BY feed)
  SELECT feeds.messages - coalesce(expired.messages, 0) AS messages,
    (SELECT time FROM timeline_places WHERE feed = feeds.feed AND ${UNEXPIRED} ORDER BY sequence LIMIT 1) AS firstAt,
    (SELECT time FROM timeline_places WHERE feed = feeds.feed AND ${UNEXPIRED} ORDER BY sequence DESC LIMIT 1) AS lastAt,
    (SELECT offset FROM timeline_places WHERE feed = feeds.feed AND ${UNEXPIRED} ORDER BY sequence DESC LIMIT 1) AS lastOffset
  FROM timeline_feeds AS feeds LEFT JOIN expired USING (feed)
  WHERE feeds.${SHOWN} AND iif(?, feeds.feed = ?, 1) AND feeds.messages > coalesce(expired.messages, 0)
  ORDER BY lastAt DESC, lastOffset DESC LIMIT ? OFFSET ?`
