// Places in the lists of messages, for whoever decides what of them is kept: without the messages themselves.

import { label } from './labels.ts'
import { START } from './page-cursor.ts'
import { EVERYTHING } from './timeline.ts'
import type { Author } from '../feed/index.ts'
import type { Log, PlacesQuery, PolicyScope } from '../log/index.ts'
import type { Place } from './page-cursor.ts'
import type { ProjectionReader } from './projection.ts'

/** Reads places. Blocked authors are no exception: what is hidden takes room as well. */
export class Places {
  readonly #reader: ProjectionReader
  readonly #log: Pick<Log, 'feedNumber'>

  constructor(reader: ProjectionReader, log: Pick<Log, 'feedNumber'>) {
    this.#reader = reader
    this.#log = log
  }

  /** As `MessageLists.places` of the log. What has expired at `now` (milliseconds since 1970) has no place. */
  page(
    { scope, notAuthor, after = START, before, since, skip = 0, limit }: PlacesQuery,
    now: number,
  ): Promise<Place[]> {
    const { sql, list } = this.#listOf(scope)
    const bounds = [before ?? NO_TIME, since ?? -NO_TIME, now, after.key, after.offset]
    return this.#reader.read<Place>(sql.page, list, this.#feedOf(notAuthor), ...bounds, limit, skip)
  }

  /** As `MessageLists.countIn` of the log. */
  async count(scope: PolicyScope, notAuthor: Author | undefined, now: number): Promise<number> {
    const { sql, list } = this.#listOf(scope)
    const [row] = await this.#reader.read<{ count: number }>(sql.count, list, this.#feedOf(notAuthor), now)
    return row?.count ?? 0
  }

  #listOf(scope: PolicyScope): { sql: typeof BY_TIME; list: string | number | null } {
    switch (scope.kind) {
      case 'global':
        return { sql: BY_TIME, list: EVERYTHING }
      case 'topic':
        return { sql: BY_TIME, list: label('tag', scope.value) }
      case 'content_type':
        return { sql: BY_TIME, list: label('type', scope.value) }
      case 'author':
        return { sql: BY_SEQUENCE, list: this.#feedOf(scope.value) }
    }
  }

  #feedOf(author: Author | undefined): number | null {
    return author === undefined ? null : (this.#log.feedNumber(author) ?? null)
  }
}

/** Later than any time. */
const NO_TIME = Number.MAX_SAFE_INTEGER

const UNEXPIRED = '(expires_at IS NULL OR expires_at > ?)'

const BY_TIME = {
  page: `SELECT time AS key, offset FROM timeline_lists
    WHERE list = ? AND feed IS NOT ? AND time < ? AND time >= ? AND ${UNEXPIRED} AND (time, offset) < (?, ?)
    ORDER BY time DESC, offset DESC LIMIT ? OFFSET ?`,
  count: `SELECT count(*) AS count FROM timeline_lists WHERE list = ? AND feed IS NOT ? AND ${UNEXPIRED}`,
}

const BY_SEQUENCE = {
  page: `SELECT sequence AS key, offset FROM timeline_places
    WHERE feed = ? AND feed IS NOT ? AND time < ? AND time >= ? AND ${UNEXPIRED} AND (sequence, offset) < (?, ?)
    ORDER BY sequence DESC, offset DESC LIMIT ? OFFSET ?`,
  count: `SELECT count(*) AS count FROM timeline_places WHERE feed = ? AND feed IS NOT ? AND ${UNEXPIRED}`,
}
