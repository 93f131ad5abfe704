// The same cold sync into a store that already holds a million messages.

import { largeStore, signedFeeds } from './support/common-feeds.ts'
import { copyOf } from './support/dataset.ts'
import { sharesOf, syncOnce } from './support/sync.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

/** goals.md, row 1. */
const SHARE_OF_EMPTY = 0.7

/** Into the large store, beside an empty one. */
export async function largeSync(run: BenchRun): Promise<Finding[]> {
  const large = await largeStore(run)
  const news = await signedFeeds(run, 100)
  const newsOnLarge = await signedFeeds(run, 100, large)
  const intoEmpty = await syncOnce(run, news)
  const intoLarge = await syncOnce(run, newsOnLarge, await copyOf(run, large))
  return [
    {
      what: `cold sync into a store of ${large.messages.toLocaleString('en')}`,
      figure: intoLarge.rate,
      limit: { ...intoEmpty.rate, of: 'the same into an empty store' },
      goal: { kind: 'share of the limit', share: SHARE_OF_EMPTY },
      note: sharesOf(intoLarge),
    },
  ]
}
