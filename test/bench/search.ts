// An ordinary two-word query over a million messages, as a person asks it: over the API.

import { join } from 'node:path'
import Database from 'better-sqlite3'
import { seededRandom } from '../../scripts/seeded-random.ts'
import { largeStore } from './support/common-feeds.ts'
import { vocabulary } from './support/language.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import { timeOf } from './support/stopwatch.ts'
import { PROJECTIONS_FILE } from './support/stored-log.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const QUERIES = 200

/** Asked before anything is measured, so that neither side pays for a cold cache. */
const WARM_UP = 20

/** An ordinary word is neither among the hundred that stand everywhere, nor one that hardly anybody writes. */
const RANKS = { from: 100, to: 2_000 }

/** goals.md, "full-text search". */
const P50_MS_MAX = 50

/** First 20 of each query, beside FTS5 asked directly in the same database. */
export async function search(run: BenchRun): Promise<Finding[]> {
  const { directory, messages } = await largeStore(run)
  const node = await startNode(run, { dataDir: directory, flags: ['--offline'] })
  await run.following('folding', messages, (reached) => node.settled(messages, reached))
  const queries = ordinaryQueries()
  const times = await timesOf(queries, ([one, two]) => node.http.get(`/v1/insights/search?q=${one}+${two}&limit=20`))
  const bare = await timesOf(queries, bareSearch(run, directory))
  const finding = (name: string, share: number): Finding => ({
    what: `search over ${messages.toLocaleString('en')}, two words, ${name}`,
    figure: { value: percentile(times, share), unit: 'ms' },
    limit: { value: percentile(bare, share), unit: 'ms', of: 'FTS5 alone, on its own thread' },
  })
  const note = 'signatures in this store are made up: nobody checks them again'
  return [{ ...finding('p50', 0.5), goal: { kind: 'at most', value: P50_MS_MAX }, note }, finding('p99', 0.99)]
}

type Query = readonly [string, string]

function ordinaryQueries(): Query[] {
  const random = seededRandom(1)
  const word = () => vocabulary[RANKS.from + Math.floor(random() * (RANKS.to - RANKS.from))] ?? ''
  return Array.from({ length: WARM_UP + QUERIES }, () => [word(), word()])
}

async function timesOf(queries: readonly Query[], ask: (query: Query) => unknown): Promise<number[]> {
  const times: number[] = []
  for (const query of queries) times.push(await timeOf(() => ask(query)))
  return times.slice(WARM_UP)
}

/** The best twenty by bm25, from whichever full-text table the database has. */
function bareSearch(run: BenchRun, directory: string): (query: Query) => void {
  const database = new Database(join(directory, PROJECTIONS_FILE), { readonly: true })
  run.defer(() => database.close())
  const table = database.prepare(`SELECT name FROM sqlite_schema WHERE sql LIKE '%USING fts5%'`).pluck().get()
  const best = database.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rank LIMIT 20`)
  return ([one, two]) => {
    best.all(`"${one}" "${two}"`)
  }
}
