// Two nodes that hold the same 100,000 feeds but for a few, and have never met: how much they say to find the few.

import { holdBareFeeds } from '../network/replicate/bare-feeds.ts'
import { nodeOf, pullBetween } from '../network/replicate/pair.ts'
import { sealedFeeds } from './support/sealed-feeds.ts'
import type { Item } from '../../src/feed/index.ts'
import type { Pull, TestNode } from '../network/replicate/pair.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const FEEDS = 100_000

/** How many differ, and what the design's simulation of a trie said for that. */
const DIFFERENCES = [
  { differing: 1, simulated: 712 },
  { differing: 100, simulated: 37_000 },
  { differing: 1_000, simulated: 259_000 },
]

/** Over what was simulated: the frames around it, and the ranges in which the messages are then asked for. */
const SHARE_MAX = 1.5

/** In frames of the protocol, between two logs in memory. */
export async function firstContact(run: BenchRun): Promise<Finding[]> {
  const feeds = run.sized(FEEDS)
  const differences = DIFFERENCES.map(({ differing, simulated }) => ({ differing: run.sized(differing), simulated }))
  const most = Math.max(...differences.map(({ differing }) => differing))
  const items = itemsOf(most)
  const server = await holding(1, feeds - most, items)
  const findings: Finding[] = []
  for (const { differing, simulated } of differences) {
    const puller = await holding(2, feeds - most, items.slice(differing))
    const pull = await pullBetween(puller, server)
    if (pull.rounds[0]?.messages !== differing) throw new Error('A pull did not bring what differs.')
    findings.push(...findingsOf(pull, { feeds, differing, bytesMax: simulated * SHARE_MAX }))
  }
  return findings
}

function itemsOf(feeds: number): Item[] {
  const sealed = sealedFeeds({ messages: feeds, authors: feeds, signatures: 'real', seed: feeds })
  return Array.from(sealed, ({ text, signature }) => ({ text: Buffer.from(text), signature }))
}

async function holding(seed: number, bare: number, items: readonly Item[]): Promise<TestNode> {
  const node = nodeOf(seed, { trieFrom: 1 })
  holdBareFeeds(node, bare)
  await node.log.ingest(items, 'anybody')
  return node
}

interface Contact {
  feeds: number
  differing: number
  bytesMax: number
}

function findingsOf({ wires: { crossed } }: Pull, { feeds, differing, bytesMax }: Contact): Finding[] {
  const control = crossed.filter(({ frame }) => frame.kind !== 'messages').reduce((sum, { bytes }) => sum + bytes, 0)
  const trips = crossed.filter(({ from }, index) => from === 'puller' && crossed[index - 1]?.from !== from).length
  const what = `first contact, ${feeds.toLocaleString('en')} feeds of which ${differing.toLocaleString('en')} differ`
  return [
    {
      what: `${what}, both ways`,
      figure: { value: control, unit: 'bytes' },
      goal: { kind: 'at most', value: bytesMax },
      note: 'frames but those of messages',
    },
    { what: `${what}, until all is there`, figure: { value: trips, unit: 'round trips' } },
  ]
}
