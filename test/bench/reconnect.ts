// Two nodes that hold the same 10,000 feeds meet again: how little they say to find that out.

import { nodeOf, pullBetween } from '../network/replicate/pair.ts'
import { wirePair } from '../network/replicate/wire-pair.ts'
import { openProxy } from './support/counting-proxy.ts'
import { datasetOf, messagesOf } from './support/dataset.ts'
import { startNode } from './support/node-process.ts'
import { startPair, sync } from './support/sync.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Dataset } from './support/dataset.ts'
import type { Finding } from './support/finding.ts'

const FEEDS = 10_000

/** goals.md, "in-sync reconnect, 10,000 feeds". */
const BYTES_MAX = 300
const ROUND_TRIPS_MAX = 2

/** In frames of the protocol, between two logs in memory; and in bytes on the wire, between two processes. */
export async function reconnect(run: BenchRun): Promise<Finding[]> {
  const feeds = run.sized(FEEDS)
  const source = await datasetOf(run, { messages: feeds, authors: feeds, signatures: 'real', seed: FEEDS })
  return [...(await frames(source)), ...(await wire(run, source))]
}

/** All frames of a pull that stays live, up to the one by which the server says that all is told. */
async function frames(source: Dataset): Promise<Finding[]> {
  const [a, b] = [nodeOf(1), nodeOf(2)]
  const items = (await messagesOf(source)).map(({ text, signature }) => ({ text: Buffer.from(text), signature }))
  await a.log.ingest(items, 'anybody')
  await pullBetween(b, a)
  const stop = new AbortController()
  const wires = wirePair({
    pass: (crossed) => {
      if (crossed.at(-1)?.frame.kind === 'done') stop.abort()
      return true
    },
  })
  await pullBetween(b, a, { live: 2, wires, signal: stop.signal })
  const bytes = (from: 'puller' | 'server') =>
    wires.crossed.filter((frame) => frame.from === from).reduce((sum, frame) => sum + frame.bytes, 0)
  const trips = wires.crossed.filter(({ from }, index) => from === 'puller' && wires.crossed[index - 1]?.from !== from)
  const what = `in-sync reconnect, ${source.messages.toLocaleString('en')} feeds`
  const goal = { kind: 'at most', value: BYTES_MAX } as const
  return [
    { what: `${what}, sent by the puller`, figure: { value: bytes('puller'), unit: 'bytes' }, goal },
    { what: `${what}, sent by the server`, figure: { value: bytes('server'), unit: 'bytes' }, goal },
    {
      what: `${what}, until live`,
      figure: { value: trips.length, unit: 'round trips' },
      limit: { value: 1, unit: 'round trips', of: 'the least possible' },
      goal: { kind: 'at most', value: ROUND_TRIPS_MAX },
    },
  ]
}

/** Everything on the wire: Noise, the capability gate, yamux, identify, and a pull each way. */
async function wire(run: BenchRun, source: Dataset): Promise<Finding[]> {
  const pair = await startPair(run, source)
  await sync(run, pair)
  await Promise.all([pair.sender.stop(), pair.receiver.stop()])
  const server = await startNode(run, { dataDir: pair.sender.dataDir })
  const proxy = await openProxy(run, server.gossipPort)
  await startNode(run, { dataDir: pair.receiver.dataDir, flags: ['--peer', proxy.address] })
  const { forth, back } = await proxy.atRest()
  const note =
    'TCP payload from dialling until nothing passes for a second: handshakes, identify, and a pull in each direction'
  return [
    { what: 'the same on the wire, from the dialler', figure: { value: forth, unit: 'bytes' }, note },
    { what: 'the same on the wire, to the dialler', figure: { value: back, unit: 'bytes' }, note },
  ]
}
