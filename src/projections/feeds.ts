// Statistics of feeds, from the tables of the timeline.

import type { Author } from '../feed/index.ts'
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

  constructor(reader: ProjectionReader) {
    this.#reader = reader
  }

  /** Feeds with messages in effect, who spoke last first. What has expired at `now` (milliseconds since 1970) does not count. */
  page({ author, limit, offset }: FeedsQuery, now: number): Promise<FeedStatistics[]> {
    return this.#reader.read<FeedStatistics>(FEEDS, now, now, now, author ?? null, limit, offset)
  }
}

const FEEDS = `
  WITH expired AS (SELECT feed, count(*) AS messages FROM timeline_places WHERE expires_at <= ? GROUP BY feed)
  SELECT author, feeds.messages - coalesce(expired.messages, 0) AS messages,
    (SELECT time FROM timeline_places WHERE feed = feeds.feed AND (expires_at IS NULL OR expires_at > ?)
      ORDER BY sequence LIMIT 1) AS firstAt,
    (SELECT time FROM timeline_places WHERE feed = feeds.feed AND (expires_at IS NULL OR expires_at > ?)
      ORDER BY sequence DESC LIMIT 1) AS lastAt
  FROM timeline_feeds AS feeds LEFT JOIN expired USING (feed)
  WHERE author = coalesce(?, author) AND feeds.messages > coalesce(expired.messages, 0)
  ORDER BY lastAt DESC, author LIMIT ? OFFSET ?`
