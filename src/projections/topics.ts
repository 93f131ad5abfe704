// Which tags there are, from the tables of the timeline.

import { label } from './labels.ts'
import { SHOWN } from './shown.ts'
import type { Log } from '../log/index.ts'
import type { ProjectionReader } from './projection.ts'

/** Which page of the tags. */
export interface TopicsQuery {
  limit: number
  offset: number
}

/** A tag that could be a topic. */
export interface KnownTopic {
  topic: string
  /** How many messages have it. */
  messages: number
}

/** A page of tags. */
export interface KnownTopics {
  topics: KnownTopic[]
  /** How many tags there are on all pages. */
  total: number
}

/** Reads tags. Those of more than 64 characters are listed by their hash, and have no name here. */
export class Topics {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'blockedFeeds'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'blockedFeeds'>) {
    this.#reader = reader
    this.#log = log
  }

  /** Tags of messages in effect, the most frequent first. What has expired at `now` (milliseconds since 1970) does not count. */
  async page({ limit, offset }: TopicsQuery, now: number): Promise<KnownTopics> {
    const hidden = JSON.stringify(this.#log.blockedFeeds())
    const listed = [PREFIX, PREFIX_END, hidden, now]
    const rows = await this.#reader.read<TopicColumns>(TOPICS, ...listed, PREFIX.length + 1, limit, offset)
    const topics = rows.flatMap(({ topic, messages }) => (topic === null ? [] : [{ topic, messages }]))
    return { topics, total: rows[0]?.total ?? 0 }
  }
}

interface TopicColumns {
  total: number
  /** Null in the one row of an empty page. */
  topic: string | null
  messages: number
}

const PREFIX = label('tag', '')

/** Behind every text that begins with the prefix: its last character, a colon, and one more. */
const PREFIX_END = 'tag;'

const TOPICS = `
  WITH known AS MATERIALIZED (
    SELECT list, count(*) AS messages FROM timeline_lists
    WHERE list >= ? AND list < ? AND ${SHOWN} AND (expires_at IS NULL OR expires_at > ?) GROUP BY list
  ), page AS (SELECT substr(list, ?) AS topic, messages FROM known ORDER BY messages DESC, list LIMIT ? OFFSET ?)
  SELECT total, topic, messages FROM (SELECT count(*) AS total FROM known) LEFT JOIN page ORDER BY messages DESC, topic`
