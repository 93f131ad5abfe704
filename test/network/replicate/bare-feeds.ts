// Feeds of which nothing but the heads is held: as many as a test likes, without the time that signing and storing takes.

import { numbered } from './numbered.ts'
import type { OpenLog } from '../../support/open-log.ts'

/** Gives a log that nothing has arrived in yet so many feeds, the same for each. */
export function holdBareFeeds({ store }: OpenLog, count: number): void {
  store.transact(() => {
    for (let index = 0; index < count; index++) {
      const feed = store.openFeed(numbered(index))
      store.saveFeed({ ...feed, head: 1, headHash: hashOf(index), arrival: 1 })
    }
  })
}

function hashOf(index: number): string {
  return index.toString(16).padStart(64, '0')
}
