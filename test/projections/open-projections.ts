// Projections over a real log, running, with keys and a clock that a test chooses.

import { onTestFinished } from 'vitest'
import { openProjections, ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { Draft } from '../../src/feed/index.ts'
import type { MessageEntry } from '../../src/log/index.ts'
import type { Found, ListQuery, Page, Projections, SearchQuery } from '../../src/projections/index.ts'
import type { OpenLog } from '../support/open-log.ts'

export interface OpenProjections extends OpenLog {
  projections: Projections
  cursors: SqliteCursorStore
  /** Publishes in order and waits until the projections have it. */
  publish(...drafts: Draft[]): Promise<MessageEntry[]>
  settled(): Promise<void>
  list(query?: Partial<ListQuery>): Promise<Page>
  search(text: string, query?: Partial<SearchQuery>): Promise<Found>
}

/** Projections that follow a log until the test is over. */
export function openProjectionsOf(opened: OpenLog): OpenProjections {
  const { log, database, clock } = opened
  const cursors = new SqliteCursorStore(database)
  const folding = new ProjectionRunner({ log, cursors, projections: projectionsOn(database), logger: SILENT })
  const projections = openProjections({ ...opened, folding, clock: () => clock.now })
  void projections.start()
  onTestFinished(() => projections.stop())
  const settled = () => projections.settled(log.cursor().offset)
  return {
    ...opened,
    projections,
    cursors,
    settled,
    publish: async (...drafts) => {
      const entries = await Promise.all(drafts.map((draft) => log.publish(draft)))
      await settled()
      return entries
    },
    list: (query = {}) => projections.list({ limit: 50, offset: 0, ...query }),
    search: (text, query = {}) => projections.search({ text, fts5: false, limit: 20, offset: 0, ...query }),
  }
}

export function openWithProjections(options: Parameters<typeof openLog>[0] = {}): OpenProjections {
  return openProjectionsOf(openLog(options))
}

/** What a list shows, by something that a test can tell its messages apart by. */
export function sequences({ messages }: Page): number[] {
  return messages.map(({ sequence }) => sequence)
}

/** Titles of what was found, best first. */
export function titles({ hits }: Found): unknown[] {
  return hits.map(({ message }) => (message.envelope.content as { title?: unknown }).title)
}
