// A new node fetches the same feeds from three peers, each of which holds them all, and from one: what more sources bring, and what they cost.

import { signedFeeds } from './support/common-feeds.ts'
import { copyOf } from './support/dataset.ts'
import { startNode } from './support/node-process.ts'
import { measure } from './support/stopwatch.ts'
import type { Vitals } from '../support/probe.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Dataset } from './support/dataset.ts'
import type { Finding, Quantity } from './support/finding.ts'

const SOURCES = 3
const AUTHORS = 100

/** On a host that all processes share, more sources can only cost: they must not cost much. */
export async function multiSource(run: BenchRun): Promise<Finding[]> {
  const feeds = await signedFeeds(run, AUTHORS)
  const one = await fetchFrom(run, feeds, 1)
  const three = await fetchFrom(run, feeds, SOURCES)
  const what = `cold sync, ${AUTHORS} authors, three sources`
  return [
    { what, figure: three.rate, limit: { ...one.rate, of: 'one source' }, note: `sources: ${sharesOf(three.sources)}` },
    { what: `${what}, work for a message`, figure: three.work, limit: { ...one.work, of: 'one source' } },
  ]
}

interface Fetched {
  /** From the orders to dial until all is verified, on disk, and folded. */
  rate: Quantity
  /** Of all processes, per message. */
  work: Quantity
  sources: readonly Vitals[]
}

async function fetchFrom(run: BenchRun, feeds: Dataset, sources: number): Promise<Fetched> {
  const directories = await Promise.all(Array.from({ length: sources }, () => copyOf(run, feeds)))
  const senders = await Promise.all(directories.map((dataDir) => startNode(run, { dataDir })))
  const receiver = await startNode(run, { dataDir: run.temporaryDirectory() })
  const nodes = [receiver, ...senders]
  await Promise.all(nodes.map((node) => node.settled(0)))
  const vitals = () => Promise.all(nodes.map((node) => node.vitals()))
  await vitals()
  const { rate } = await run.following(`syncing from ${sources}`, feeds.messages, (reached) =>
    measure(feeds.messages, async () => {
      await Promise.all(senders.map(({ address }) => receiver.addPeer(address)))
      await receiver.settled(feeds.messages, reached)
    }),
  )
  const all = await vitals()
  await Promise.all(nodes.map((node) => node.stop()))
  const cpuMs = all.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const work: Quantity = { value: (cpuMs * 1000) / feeds.messages, unit: 'µs of CPU' }
  return { rate, work, sources: all.slice(1) }
}

function sharesOf(sources: readonly Vitals[]): string {
  return sources.map(({ cpuMs }) => `${(cpuMs / 1000).toFixed(1)} s`).join(', ')
}
