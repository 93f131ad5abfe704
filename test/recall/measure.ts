// How well a search finds: two figures over the queries of the recall set.

import type { RecallQuery } from './recall-set.ts'

/** What was measured. Both are means over the queries, from 0 to 1. */
export interface Recall {
  /** Which share of the expected notes stands among the first five. */
  recallAt5: number
  /** One divided by the place of the first expected note; 0 when it is not among those that were answered. */
  mrr: number
  /** Queries that did not find all they should among the first five. */
  missed: { q: string; expected: string[]; found: string[] }[]
}

/** Hits that are looked at: whoever reads an answer reads no further. */
export const HITS = 20

const FIRST = 5

/** @param ask - the ids of what is found, best first, at most {@link HITS} */
export async function measureRecall(
  queries: readonly RecallQuery[],
  ask: (q: string) => Promise<string[]>,
): Promise<Recall> {
  const answers = []
  for (const { q, expected } of queries) answers.push({ q, expected, found: await ask(q) })
  const recalls = answers.map(({ expected, found }) => shareOf(expected, found.slice(0, FIRST)))
  return {
    recallAt5: mean(recalls),
    mrr: mean(answers.map(({ expected, found }) => reciprocalRank(expected, found))),
    missed: answers.filter((_, index) => (recalls[index] ?? 0) < 1),
  }
}

function shareOf(expected: readonly string[], found: readonly string[]): number {
  return expected.filter((id) => found.includes(id)).length / expected.length
}

function reciprocalRank(expected: readonly string[], found: readonly string[]): number {
  const place = found.findIndex((id) => expected.includes(id))
  return place === -1 ? 0 : 1 / (place + 1)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
