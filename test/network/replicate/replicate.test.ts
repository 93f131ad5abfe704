// Replication between real libp2p nodes on loopback.

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, test } from 'vitest'
import { CLAIM_MS_MIN, REPLICATE_PROTOCOL, STREAMS_PER_PEER_MAX } from '../../../src/network/replicate/constants.ts'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { Replicate } from '../../../src/network/replicate/index.ts'
import { StorageBudgets } from '../../../src/network/replicate/storage-budgets.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { nodeOf, rootsOf } from './pair.ts'
import type { Libp2p, Stream } from '@libp2p/interface'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { Frame } from '../../../src/network/replicate/frames/frames.ts'
import type { TestNode } from './pair.ts'

interface NetworkNode extends TestNode {
  libp2p: Libp2p
  replicate: Replicate
}

const running: NetworkNode[] = []

afterEach(async () => {
  for (const { replicate, libp2p } of running.splice(0)) {
    await replicate.stop()
    await libp2p.stop()
  }
})

async function started(seed: number): Promise<NetworkNode> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  const node = nodeOf(seed)
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
  const replicate = new Replicate({
    libp2p,
    log: node.log,
    pullStore: node.pullStore,
    isPushed: () => false,
    budgets: new StorageBudgets({ authorBytes: 1e9, peerBytes: 1e9 }),
    clock: () => node.clock.now,
    logger,
  })
  await replicate.start()
  const all = { ...node, libp2p, replicate }
  running.push(all)
  return all
}

function nothing(): void {}

/** A server and a puller that is connected to it. */
async function connected(): Promise<{ server: NetworkNode; puller: NetworkNode }> {
  const [server, puller] = [await started(1), await started(2)]
  await puller.libp2p.dial(server.libp2p.getMultiaddrs())
  await eventually(() => expect(server.libp2p.getConnections().length).toBe(1))
  return { server, puller }
}

async function openStream({ server, puller }: { server: NetworkNode; puller: NetworkNode }): Promise<Stream> {
  const [connection] = puller.libp2p.getConnections(server.libp2p.peerId)
  if (connection === undefined) throw new Error('There is no connection.')
  return connection.newStream([REPLICATE_PROTOCOL])
}

describe('a pull', () => {
  test('brings what the peer holds, many frames of it, and then costs little', async () => {
    const { server, puller } = await connected()
    const large = Array.from({ length: 60 }, (_, index) => ({ content: `${index}`.padEnd(60_000) }))
    await server.log.ingest(chainOf(identityOf(9), large).map(itemOf), 'x')
    await server.log.ingest(chainOf(identityOf(8), insights(100)).map(itemOf), 'x')
    const first = await puller.replicate.pull(server.libp2p.peerId)
    expect(first.rounds).toBe(1)
    expect(first.traffic.payloadIn).toBeGreaterThan(3_600_000)
    const [ours, theirs] = await rootsOf(puller, server)
    expect(ours).toBe(theirs)
    const again = await puller.replicate.pull(server.libp2p.peerId)
    expect(again.rounds).toBe(1)
    expect(again.traffic.controlIn + again.traffic.controlOut).toBeLessThan(200)
    expect(puller.replicate.counts()).toMatchObject({ pulling: 0, serving: 0, rounds: 2 })
  })

  test('stays live both ways at once, until it is stopped', async () => {
    const { server, puller } = await connected()
    const stop = new AbortController()
    const pulls = [
      puller.replicate.pull(server.libp2p.peerId, { live: () => 2, signal: stop.signal }),
      server.replicate.pull(puller.libp2p.peerId, { live: () => 2, signal: stop.signal }),
    ]
    for (let index = 0; index < 3; index++) {
      const [ours, theirs] = await Promise.all([
        puller.log.publish({ content: index }),
        server.log.publish({ content: index }),
      ])
      await eventually(async () => expect(await server.log.message(ours.hash)).toBeDefined())
      await eventually(async () => expect(await puller.log.message(theirs.hash)).toBeDefined())
    }
    expect(puller.replicate.counts()).toMatchObject({ pulling: 1, serving: 1 })
    stop.abort()
    for (const { rounds } of await Promise.all(pulls)) expect(rounds).toBe(1)
    await eventually(() => expect(server.replicate.counts()).toMatchObject({ pulling: 0, serving: 0 }))
    expect(puller.log.counts().messages).toBe(6)
  })

  test('that ends when another one from the same peer has begun leaves that one as it is', async () => {
    const { server, puller } = await connected()
    const [earlier, later] = [new AbortController(), new AbortController()]
    const begin = async ({ signal }: AbortController) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const pulling = puller.replicate.pull(server.libp2p.peerId, { live: () => 2, onRound: () => resolve(), signal })
      await promise
      return pulling
    }
    const lag = () => puller.replicate.lagBehind(server.libp2p.peerId.toString())
    const pulls = [begin(earlier), begin(later)]
    await eventually(() => expect(puller.replicate.counts()).toMatchObject({ rounds: 2 }))
    earlier.abort()
    await pulls[0]
    expect(lag()).toBe(0)
    later.abort()
    await pulls[1]
    expect(lag()).toBeUndefined()
  })

  test('ends when either node stops, however often that is said', async () => {
    for (const who of ['server', 'puller'] as const) {
      const nodes = await connected()
      const live = Promise.withResolvers<void>()
      const pulling = nodes.puller.replicate.pull(nodes.server.libp2p.peerId, {
        live: () => 2,
        onRound: () => live.resolve(),
      })
      await live.promise
      await nodes[who].replicate.stop()
      await nodes[who].replicate.stop()
      expect((await pulling).rounds).toBe(1)
    }
  })

  test('fails with a code when the peer is not connected, or serves nothing', async () => {
    const { server, puller } = await connected()
    const lost = { code: 'REPLICATE_STREAM_LOST' }
    const stranger = await started(3)
    await expect(puller.replicate.pull(stranger.libp2p.peerId)).rejects.toMatchObject(lost)
    await server.replicate.stop()
    await expect(puller.replicate.pull(server.libp2p.peerId)).rejects.toMatchObject(lost)
  })

  test('fails when the connection breaks in the middle, and brings the rest the next time', async () => {
    const { server, puller } = await connected()
    const large = Array.from({ length: 60 }, (_, index) => ({ content: `${index}`.padEnd(60_000) }))
    await server.log.ingest(chainOf(identityOf(9), large).map(itemOf), 'x')
    const pulling = puller.replicate.pull(server.libp2p.peerId)
    const failed = expect(pulling).rejects.toMatchObject({ code: 'REPLICATE_STREAM_LOST' })
    for await (const entries of puller.log.read({ after: 0, live: true })) if (entries.length > 0) break
    for (const connection of server.libp2p.getConnections()) connection.abort(new Error('The cable is cut.'))
    await failed
    await eventually(() => expect(puller.libp2p.getConnections().length).toBe(0))
    await puller.libp2p.dial(server.libp2p.getMultiaddrs())
    expect((await puller.replicate.pull(server.libp2p.peerId)).rounds).toBe(1)
    expect(puller.log.counts().messages).toBe(60)
  })

  test('compares heads in full each twentieth time', async () => {
    const { server, puller } = await connected()
    await server.log.publish({ content: 'one' })
    const told: number[] = []
    for (let index = 0; index < 21; index++) {
      await puller.replicate.pull(server.libp2p.peerId, { onRound: (round) => told.push(round.told) })
    }
    expect(told).toEqual([1, ...Array(18).fill(0), 1, 0])
  })
})

describe('several sources', () => {
  const short = Array.from({ length: 20 }, (_, index) => chainOf(identityOf(20 + index), insights(10)))

  /** Three nodes that hold these messages, and one that holds nothing and is connected to them. */
  async function three(all: readonly SealedMessage[]): Promise<{ sources: NetworkNode[]; puller: NetworkNode }> {
    const sources = [await started(1), await started(2), await started(3)]
    const puller = await started(4)
    for (const { log, libp2p } of sources) {
      await log.ingest(all.map(itemOf), 'x')
      await puller.libp2p.dial(libp2p.getMultiaddrs())
    }
    return { sources, puller }
  }

  test('share the work: each sends a part, and nothing comes twice', async () => {
    const all = [chainOf(identityOf(9), insights(5_000)), ...short].flat()
    const { sources, puller } = await three(all)
    let messages = 0
    const onRound = (round: { messages: number }) => {
      messages += round.messages
    }
    await Promise.all(sources.map(({ libp2p }) => puller.replicate.pull(libp2p.peerId, { onRound })))
    expect(puller.log.counts().messages).toBe(all.length)
    expect(messages).toBeLessThanOrEqual(1.1 * all.length)
    await eventually(() => expect(sources.every(({ replicate }) => replicate.counts().serving === 0)).toBe(true))
    for (const { replicate } of sources) expect(replicate.counts().traffic.payloadOut).toBeGreaterThan(0)
  })

  test('one that is asked first and never answers is replaced after two seconds', async () => {
    const long = chainOf(identityOf(9), insights(500))
    const all = [long, ...short].flat()
    const { sources, puller } = await three(all)
    const [silent, ...others] = sources as [NetworkNode, NetworkNode, NetworkNode]
    await silent.replicate.stop()
    const asked = Promise.withResolvers<void>()
    const told = { author: identityOf(9).author, floor: 1, arrival: 1, forked: false }
    const heads = [{ ...told, sequence: long.length, hash: long.at(-1)?.hash.slice(0, 16) }]
    const cursor = { offset: 1, check: '00'.repeat(8) }
    const have: Frame = { kind: 'have', store: '00000000000000aa', cursor, heads }
    await silent.libp2p.handle(REPLICATE_PROTOCOL, async (stream) => {
      let hasTold = false
      for await (const _ of stream) {
        // First comes the puller's Have, then what it wants.
        if (hasTold) asked.resolve()
        else stream.send(encodeFrame(have))
        hasTold = true
      }
    })
    const stop = new AbortController()
    const stalled = puller.replicate.pull(silent.libp2p.peerId, { signal: stop.signal }).catch(nothing)
    await asked.promise
    const pulls = others.map(({ libp2p }) => puller.replicate.pull(libp2p.peerId))
    await eventually(() => expect(puller.log.counts().messages).toBeGreaterThan(0))
    expect(puller.log.counts().messages).toBeLessThan(all.length)
    puller.clock.now += CLAIM_MS_MIN
    await Promise.all(pulls)
    expect(puller.log.counts().messages).toBe(all.length)
    stop.abort()
    await stalled
  })
})

describe('a server', () => {
  test('lets a peer open as many streams as it may, and resets one more', async () => {
    const nodes = await connected()
    const have = encodeFrame({ kind: 'have', scope: 'all' })
    const streams: Stream[] = []
    for (let index = 0; index < STREAMS_PER_PEER_MAX; index++) {
      const stream = await openStream(nodes)
      stream.send(have)
      streams.push(stream)
    }
    await eventually(() => expect(nodes.server.replicate.counts().serving).toBe(STREAMS_PER_PEER_MAX))
    // libp2p counts the streams of a connection on both sides; the stream is refused here or reset there.
    const further = await openStream(nodes).catch(() => undefined)
    if (further !== undefined) await eventually(() => expect(further.status).not.toBe('open'))
    for (const stream of streams) stream.abort(new Error('That was all.'))
    await eventually(() => expect(nodes.server.replicate.counts().serving).toBe(0))
    expect((await nodes.puller.replicate.pull(nodes.server.libp2p.peerId)).rounds).toBe(1)
  })

  test('resets a stream of garbage and serves the next one', async () => {
    const nodes = await connected()
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n'.repeat(10)),
      Buffer.alloc(100, 0xff),
      encodeFrame({ kind: 'want', credit: 5 }),
    ]) {
      const stream = await openStream(nodes)
      stream.send(bytes)
      await eventually(() => expect(stream.status).not.toBe('open'))
    }
    expect((await nodes.puller.replicate.pull(nodes.server.libp2p.peerId)).rounds).toBe(1)
  })

  test('holds no more than a write buffer of messages for a puller that reads nothing', async () => {
    const nodes = await connected()
    const large = Array.from({ length: 100 }, (_, index) => ({ content: `${index}`.padEnd(60_000) }))
    const feed = chainOf(identityOf(9), large)
    await nodes.server.log.ingest(feed.map(itemOf), 'x')
    const stream = await openStream(nodes)
    stream.pause()
    const author = identityOf(9).author
    stream.send(encodeFrame({ kind: 'have', scope: 'all' }))
    stream.send(encodeFrame({ kind: 'want', ranges: [{ id: 1, author, from: 1, to: 100 }], credit: 100_000_000 }))
    const [served] = await eventually(() => {
      const streams = nodes.server.libp2p.getConnections().flatMap((connection) => connection.streams)
      const waiting = streams.filter(
        ({ protocol, writeBufferLength }) => protocol === REPLICATE_PROTOCOL && writeBufferLength > 0,
      )
      expect(waiting.length).toBe(1)
      return waiting
    })
    expect(served?.writeBufferLength).toBeLessThan(1_000_000)
    stream.abort(new Error('Enough.'))
    await eventually(() => expect(nodes.server.replicate.counts().serving).toBe(0))
  })
})
