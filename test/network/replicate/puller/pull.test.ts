// A puller and a server over a stream in memory, both on real logs: what crosses, in what order, and what it costs.

import { describe, expect, test } from 'vitest'
import { NEWEST_FIRST } from '../../../../src/network/replicate/constants.ts'
import { placeOf } from '../../../../src/network/replicate/puller/item-place.ts'
import { askedFor } from '../../../../src/network/replicate/puller/resume.ts'
import { eventually } from '../../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../../support/open-log.ts'
import { nodeOf, pullBetween, pullOver, rootsOf } from '../pair.ts'
import { ScriptedPeer } from '../scripted-peer.ts'
import { wirePair } from '../wire-pair.ts'
import type { SealedMessage } from '../../../../src/feed/index.ts'
import type { Hint } from '../../../../src/network/replicate/puller/puller-steps.ts'
import type { Pull, TestNode } from '../pair.ts'
import type { Crossed, WirePair } from '../wire-pair.ts'

/** A cursor that no log recognises, so that it tells all its heads. */
const UNRECOGNISED = { offset: 1, check: 'f'.repeat(16) }

const IN_ORDER = { pullerError: undefined, serverError: undefined }

const feed = chainOf(identityOf(9), insights(200))

async function give(node: TestNode, ...messages: readonly SealedMessage[]): Promise<void> {
  await node.log.ingest(messages.map(itemOf), 'elsewhere')
}

function framesOf<Kind extends Crossed['frame']['kind']>({ crossed }: WirePair, kind: Kind) {
  const frames = crossed.map(({ frame }) => frame).filter((frame) => frame.kind === kind)
  // Filtered by that very kind.
  return frames as Extract<Crossed['frame'], { kind: Kind }>[]
}

function kindsOf({ crossed }: WirePair): string[] {
  return crossed.map(({ from, frame }) => `${from}: ${frame.kind}`)
}

/** Sequences of a feed in the order in which they crossed. */
function sequencesOf({ wires }: Pull): number[] {
  return framesOf(wires, 'messages').flatMap(({ items }) => items.map(({ text }) => placeOf(text)?.sequence ?? 0))
}

function rangesOf({ wires }: Pull): [number, number][] {
  return framesOf(wires, 'want').flatMap(({ ranges = [] }) =>
    ranges.map(({ from, to }): [number, number] => [from, to]),
  )
}

async function expectEqual(...nodes: readonly TestNode[]): Promise<void> {
  const [first, ...others] = await rootsOf(...nodes)
  for (const root of others) expect(root).toBe(first)
}

/** Tells the puller of ten messages in the name of the server's store, and answers that it has none of them. */
async function withhold(puller: TestNode, server: TestNode, arrival: number, peer: string): Promise<void> {
  const wires = wirePair()
  const liar = new ScriptedPeer(wires.server)
  const pulled = pullOver(wires.puller, puller, { peer })
  await liar.hear('have')
  const { author } = feed[0] ?? expect.fail()
  const head = { author, sequence: 10, hash: undefined, floor: 1, arrival, forked: false }
  liar.say({ kind: 'have', store: server.log.storeId, cursor: { offset: 0, check: '0'.repeat(16) }, heads: [head] })
  const { ranges = [] } = await liar.hear('want')
  for (const { id, to } of ranges) liar.say({ kind: 'done', id, upTo: to, code: 'answered' })
  expect(await pulled).toBeUndefined()
}

describe('a round', () => {
  test('with equal roots costs one frame each way and about a hundred bytes', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed)
    await pullBetween(puller, server)
    const again = await pullBetween(puller, server)
    expect(again).toMatchObject(IN_ORDER)
    expect(kindsOf(again.wires)).toEqual(['puller: have', 'server: have'])
    expect(framesOf(again.wires, 'have')[1]?.heads).toEqual([])
    expect(again.traffic.controlOut).toBeLessThan(100)
    expect(again.traffic.controlIn).toBeLessThan(100)
  })

  test('of two empty nodes is complete at once', async () => {
    const { rounds, wires, ...ends } = await pullBetween(nodeOf(2), nodeOf(1))
    expect(ends).toMatchObject(IN_ORDER)
    expect(rounds).toEqual([{ told: 0, messages: 0 }])
    expect(wires.crossed.length).toBe(2)
  })

  test('brings everything, the newest messages first', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed)
    const pull = await pullBetween(puller, server)
    expect(pull).toMatchObject({ ...IN_ORDER, rounds: [{ told: 1, messages: 200 }] })
    const newestFrom = feed.length - NEWEST_FIRST + 1
    expect(rangesOf(pull)).toEqual([
      [newestFrom, 200],
      [1, newestFrom - 1],
    ])
    expect(sequencesOf(pull).slice(0, NEWEST_FIRST)).toEqual(feed.slice(-NEWEST_FIRST).map(({ sequence }) => sequence))
    await expectEqual(puller, server)
    expect(puller.log.hasMissing()).toBe(false)
  })

  test('names only the feeds that changed behind a known cursor', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed, ...chainOf(identityOf(8), insights(3)))
    await pullBetween(puller, server)
    await server.log.publish({ content: 'news' })
    const second = await pullBetween(puller, server)
    const heads = framesOf(second.wires, 'have')[1]?.heads ?? []
    expect(heads.map(({ author }) => author)).toEqual([server.identity.author])
    await expectEqual(puller, server)
  })

  test('names all feeds when the cursor is not one of this store', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, feed[0] as SealedMessage, ...chainOf(identityOf(8), insights(1)))
    await pullBetween(puller, server)
    await server.log.publish({ content: 'news' })
    const known = puller.pullStore.known(server.name)
    expect(known?.store).toBe(server.log.storeId)
    for (const wrong of [
      { store: server.log.storeId, cursor: { offset: 2, check: 'ffffffffffffffff' } },
      { store: '0123456789abcdef', cursor: server.log.cursor() },
    ]) {
      puller.pullStore.remember(server.name, { ...wrong, asked: askedFor(puller.log.selection) })
      const { wires } = await pullBetween(nodeOf(3), server)
      expect(framesOf(wires, 'have')[1]?.heads?.length).toBe(3)
      const again = await pullBetween(puller, server, { isFull: false })
      expect([0, 3]).toContain(framesOf(again.wires, 'have')[1]?.heads?.length)
    }
  })

  test('says neither root nor cursor when heads are to be compared in full', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed)
    await pullBetween(puller, server)
    const { wires, rounds } = await pullBetween(puller, server, { isFull: true })
    expect(framesOf(wires, 'have')[0]).toEqual({ kind: 'have', scope: 'all', heads: [] })
    expect(rounds).toEqual([{ told: 1, messages: 0 }])
  })

  test("asks for what a peer withheld that claimed this server's store", async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed.slice(0, 10))
    await give(puller, ...feed.slice(0, 3))
    const [told] = await server.log.heads({ arrivedAfter: 0, after: undefined, limit: 1 })
    await withhold(puller, server, told?.arrival ?? expect.fail(), 'a liar')
    expect(await pullBetween(puller, server)).toMatchObject({ ...IN_ORDER, rounds: [{ messages: 7 }] })
    await expectEqual(puller, server)
  })

  test('asks again for what a peer said it did not have when heads are compared in full', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed.slice(0, 10))
    await give(puller, ...feed.slice(0, 3))
    const [told] = await server.log.heads({ arrivedAfter: 0, after: undefined, limit: 1 })
    await withhold(puller, server, told?.arrival ?? expect.fail(), server.name)
    expect(await pullBetween(puller, server)).toMatchObject({ ...IN_ORDER, rounds: [{ messages: 0 }] })
    expect(await pullBetween(puller, server, { isFull: true })).toMatchObject({ rounds: [{ messages: 7 }] })
  })

  test('asks for holes alone, and says no root while there are any', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed)
    await give(puller, ...feed.slice(0, 9), ...feed.slice(20, 30), ...feed.slice(160))
    const pull = await pullBetween(puller, server)
    expect(framesOf(pull.wires, 'have')[0]?.root).toBeUndefined()
    expect(rangesOf(pull)).toEqual([
      [151, 160],
      [10, 20],
      [31, 150],
    ])
    await expectEqual(puller, server)
    expect(puller.log.hasMissing()).toBe(false)
  })

  test('publishing goes on when the rest of our own feed has been pushed', async () => {
    const [server, restored] = [nodeOf(1), nodeOf(2)]
    const own = chainOf(restored.identity, insights(6))
    for (const node of [server, restored]) await give(node, ...own.slice(0, 3))
    restored.log.ownFeed.fetchedFrom('elsewhere')
    const stop = new AbortController()
    const round = Promise.withResolvers<unknown>()
    const pulled = pullBetween(restored, server, { live: 2, signal: stop.signal, onRound: round.resolve })
    await round.promise
    await give(server, ...own.slice(3))
    await eventually(() =>
      expect([restored.log.counts().messages, restored.log.ownFeed.isRolledBack()]).toEqual([6, false]),
    )
    await expect(restored.log.publish({ content: 'on' })).resolves.toMatchObject({ sequence: 7 })
    stop.abort()
    await pulled
  })

  test('serves nothing that has expired', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await server.log.publish({ content: 'lasting' })
    await server.log.publish({ content: 'passing', expiresAt: '2026-01-01T00:01:00Z' })
    await server.log.publish({ content: 'lasting too' })
    server.clock.now = TEST_NOW + 60_000
    expect(sequencesOf(await pullBetween(puller, server))).toEqual([1, 3])
    await expectEqual(puller, server)
  })

  test('brings back our own feed, and publishing goes on', async () => {
    const [server, before, restored] = [nodeOf(1), nodeOf(2), nodeOf(2)]
    for (let index = 0; index < 60; index++) await before.log.publish({ content: index })
    await pullBetween(server, before)
    await restored.log.publish({ content: 0 }).catch(() => {})
    expect(restored.log.counts().messages).toBe(1)
    const pull = await pullBetween(restored, server)
    expect(pull).toMatchObject(IN_ORDER)
    expect(restored.log.ownFeed.isRolledBack()).toBe(false)
  })

  test('fills more holes than are told at once', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    const long = chainOf(identityOf(7), insights(700))
    await give(server, ...long)
    await give(puller, ...long.filter(({ sequence }) => sequence % 2 === 0))
    expect(await pullBetween(puller, server)).toMatchObject(IN_ORDER)
    await expectEqual(puller, server)
    expect(puller.log.hasMissing()).toBe(false)
  })
})

test('a log that takes nothing more ends the stream, and is named as the cause', async () => {
  const [server, puller] = [nodeOf(1), nodeOf(2)]
  await give(server, ...feed)
  const pulling = pullBetween(puller, server)
  await puller.log.close()
  expect((await pulling).pullerError).toMatchObject({ code: 'REPLICATE_FAILED', cause: { code: 'LOG_CLOSED' } })
})

describe('what a server does not have', () => {
  test('is asked for once, and again when something new of that feed has arrived there', async () => {
    const [server, puller, other] = [nodeOf(1), nodeOf(2), nodeOf(3)]
    const held = feed.slice(50, 100)
    await give(server, ...held)
    await give(puller, ...held)
    const first = await pullBetween(puller, server, { isFull: true })
    expect(rangesOf(first)).toEqual([[1, 50]])
    expect(framesOf(first.wires, 'done')).toEqual([{ kind: 'done', id: 1, upTo: 50, floor: 51, code: 'answered' }])
    const asked = askedFor(puller.log.selection)
    puller.pullStore.remember(server.name, { store: server.log.storeId, cursor: UNRECOGNISED, asked })
    expect(await pullBetween(puller, server)).toMatchObject({ rounds: [{ told: 1, messages: 0 }] })

    await give(other, ...held)
    expect(rangesOf(await pullBetween(puller, other, { isFull: true }))).toEqual([[1, 50]])

    await give(server, ...feed.slice(0, 20))
    expect(rangesOf(await pullBetween(puller, server))).toEqual([[1, 50]])
    expect(await pullBetween(puller, server)).toMatchObject(IN_ORDER)
  })

  test('is not filled by asking the same server round after round', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed.slice(100, 110))
    for (let round = 0; round < 3; round++) {
      const { rounds, wires } = await pullBetween(puller, server, { isFull: round > 0 })
      expect(rounds.length).toBe(1)
      expect(framesOf(wires, 'messages').length).toBe(round === 0 ? 1 : 0)
    }
  })
})

describe('a stream that is cut', () => {
  test('behind any frame leaves whole messages, and the next one brings the rest', async () => {
    const server = nodeOf(1)
    await give(server, ...feed, ...chainOf(identityOf(8), insights(70)))
    const { wires: whole } = await pullBetween(nodeOf(2), server)
    const last = whole.crossed.findLastIndex(({ frame }) => frame.kind === 'done')
    for (let frames = 1; frames <= last; frames++) {
      const puller = nodeOf(2)
      const cut = await pullBetween(puller, server, { wires: wirePair({ pass: ({ length }) => length <= frames }) })
      expect(cut.pullerError).toMatchObject({ code: 'REPLICATE_STREAM_LOST' })
      expect(puller.pullStore.known(server.name)).toBeUndefined()
      const had = puller.log.counts().messages
      const rest = await pullBetween(puller, server)
      expect(rest).toMatchObject({ ...IN_ORDER, rounds: [{ messages: 270 - had }] })
      await expectEqual(puller, server)
    }
  })

  test('is read in any chunks', async () => {
    const server = nodeOf(1)
    await give(server, ...feed.slice(0, 20))
    for (const chunkBytes of [1, 100]) {
      const puller = nodeOf(2)
      expect(await pullBetween(puller, server, { wires: wirePair({ chunkBytes }) })).toMatchObject(IN_ORDER)
      await expectEqual(puller, server)
    }
  })
})

describe('a fork', () => {
  const author = identityOf(6)
  const trunk = chainOf(author, insights(300, 'trunk'))
  const branchAt = (sequence: number, length: number) =>
    chainOf(author, insights(length, 'branch'), trunk[sequence - 2])

  test('that is told is taken over with its evidence', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...trunk, ...branchAt(40, 5))
    await give(puller, ...trunk)
    const pull = await pullBetween(puller, server)
    expect(pull).toMatchObject(IN_ORDER)
    expect(framesOf(pull.wires, 'have')[1]?.heads).toMatchObject([{ sequence: 39, forked: true }])
    expect(rangesOf(pull)).toEqual([[40, 41]])
    expect((await puller.log.forks(10)).map(({ forkedAt }) => forkedAt)).toEqual([40])
    await expectEqual(puller, server)
  })

  test('found by another hash at the head is followed down to its point', async () => {
    for (const point of [1, 2, 250, 300]) {
      const [server, puller] = [nodeOf(1), nodeOf(2)]
      await give(server, ...trunk.slice(0, point - 1), ...branchAt(point, 301 - point))
      await give(puller, ...trunk)
      expect(await pullBetween(puller, server)).toMatchObject(IN_ORDER)
      expect((await puller.log.forks(10)).map(({ forkedAt }) => forkedAt)).toEqual([point])
      expect(await pullBetween(server, puller)).toMatchObject(IN_ORDER)
      await expectEqual(puller, server)
    }
  })

  test('is looked for in steps that double', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...trunk.slice(0, 99), ...branchAt(100, 201))
    await give(puller, ...trunk)
    expect(rangesOf(await pullBetween(puller, server))).toEqual([
      [269, 300],
      [237, 268],
      [173, 236],
      [45, 172],
    ])
  })

  test('found by what arrives stops the rest of that branch', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    const large = Array.from({ length: 200 }, (_, index) => ({ content: `${index}`.padEnd(30_000) }))
    await give(server, ...trunk.slice(0, 99), ...chainOf(author, large, trunk[98]))
    await give(puller, ...trunk.slice(0, 150))
    const pull = await pullBetween(puller, server)
    expect(pull).toMatchObject(IN_ORDER)
    expect(framesOf(pull.wires, 'want').some(({ cancel }) => (cancel?.length ?? 0) > 0)).toBe(true)
    expect(sequencesOf(pull).length).toBeLessThan(200)
    expect((await puller.log.forks(10)).map(({ forkedAt }) => forkedAt)).toEqual([100])
  })

  test('known lower down leaves nothing to ask', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...trunk)
    await give(puller, ...trunk.slice(0, 50), ...branchAt(20, 5))
    expect(rangesOf(await pullBetween(puller, server))).toEqual([])
  })
})

describe('live', () => {
  /** Starts a live pull and waits for its first round. */
  async function goLive(
    puller: TestNode,
    server: TestNode,
    live: 1 | 2,
    listen?: (hear: (hint: Hint) => void) => void,
  ) {
    const stop = new AbortController()
    const first = Promise.withResolvers<void>()
    const wires = wirePair()
    const onRound = () => first.resolve()
    const listening = listen === undefined ? {} : { listen }
    const pulling = pullBetween(puller, server, { live, wires, signal: stop.signal, onRound, ...listening })
    await first.promise
    return {
      wires,
      end: async () => {
        stop.abort()
        return pulling
      },
    }
  }

  test('2 brings messages as they arrive, and none back to where they came from', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await server.log.publish({ content: 'before' })
    const { wires, end } = await goLive(puller, server, 2)
    await eventually(() => expect(framesOf(wires, 'done')).toContainEqual(expect.objectContaining({ id: 0 })))
    await server.log.ingest(chainOf(identityOf(5), insights(2)).map(itemOf), puller.name)
    const last = await server.log.publish({ content: 'after' })
    await eventually(async () => expect(await puller.log.message(last.hash)).toBeDefined())
    await eventually(() => expect(framesOf(wires, 'done').at(-1)?.cursor).toEqual(server.log.cursor()))
    expect(await end()).toMatchObject({ ...IN_ORDER, rounds: [{}] })
    const pushed = framesOf(wires, 'messages').filter(({ id }) => id === 0)
    expect(pushed.flatMap(({ items }) => items).length).toBe(1)
    expect(puller.pullStore.known(server.name)?.cursor).toEqual(server.log.cursor())
  })

  test('2 pushes nothing that has expired', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    const { wires, end } = await goLive(puller, server, 2)
    const expiresAt = '2025-12-31T23:59:59Z'
    server.clock.now = TEST_NOW - 5_000
    await server.log.publish({ content: 'gone', expiresAt })
    server.clock.now = TEST_NOW
    const last = await server.log.publish({ content: 'after' })
    await eventually(async () => expect(await puller.log.message(last.hash)).toBeDefined())
    await end()
    expect(sequencesOf({ wires } as Pull)).toContain(2)
  })

  test('2 asks for the gap below a pushed message', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    const { wires, end } = await goLive(puller, server, 2)
    // What the server took from the puller is not pushed back; here the puller has lost it.
    await server.log.ingest(feed.slice(0, 30).map(itemOf), puller.name)
    await give(server, ...feed.slice(30, 32))
    await eventually(() => expect(puller.log.counts().messages).toBe(32))
    expect(await end()).toMatchObject(IN_ORDER)
    expect(rangesOf({ wires } as Pull)).toEqual([[1, 30]])
    expect(puller.log.hasMissing()).toBe(false)
  })

  test('2 looks for the point of a fork that a pushed message proves', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    const trunk = chainOf(identityOf(6), insights(100, 'trunk'))
    const branch = chainOf(identityOf(6), insights(81, 'branch'), trunk[19])
    await give(puller, ...trunk)
    const { end } = await goLive(puller, server, 2)
    await server.log.ingest([...trunk.slice(0, 20), ...branch.slice(0, 80)].map(itemOf), puller.name)
    await give(server, branch[80] as SealedMessage)
    await eventually(async () => expect((await puller.log.forks(10)).map(({ forkedAt }) => forkedAt)).toEqual([21]))
    expect(await end()).toMatchObject(IN_ORDER)
  })

  test('1 asks at once for what is hinted at, and a hint that names too much is one question', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    let hear: (hint: Hint) => void = () => {}
    const { wires, end } = await goLive(puller, server, 1, (given) => {
      hear = given
    })
    // Taken from the puller, so that it is not told of it.
    await server.log.ingest(feed.slice(0, 3).map(itemOf), puller.name)
    const { author } = identityOf(9)
    hear({ author, upTo: 3 })
    await eventually(() => expect(puller.log.counts().messages).toBe(3))
    hear({ author, upTo: 2 })
    hear({ author, upTo: 40 })
    await eventually(() => expect(framesOf(wires, 'done').length).toBe(2))
    expect(await end()).toMatchObject(IN_ORDER)
    expect(rangesOf({ wires } as Pull)).toEqual([
      [1, 3],
      [4, 40],
    ])
    expect(puller.log.counts().messages).toBe(3)
  })

  test('1 tells changed heads, and each telling is a round', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    await give(server, ...feed.slice(0, 3))
    const { wires, end } = await goLive(puller, server, 1)
    const first = await server.log.publish({ content: 'news' })
    await eventually(async () => expect(await puller.log.message(first.hash)).toBeDefined())
    await server.log.ingest(chainOf(identityOf(5), insights(2)).map(itemOf), puller.name)
    const second = await server.log.publish({ content: 'more news' })
    await eventually(async () => expect(await puller.log.message(second.hash)).toBeDefined())
    const { rounds, ...ends } = await end()
    expect(ends).toMatchObject(IN_ORDER)
    expect(rounds.length).toBe(3)
    expect(framesOf(wires, 'messages').some(({ id }) => id === 0)).toBe(false)
    expect(
      framesOf(wires, 'have')
        .slice(2)
        .map(({ heads }) => heads?.at(0)?.author),
    ).toContain(server.identity.author)
  })

  test('ends in order when the server goes', async () => {
    const [server, puller] = [nodeOf(1), nodeOf(2)]
    const { end, wires } = await goLive(puller, server, 2)
    await wires.server.close()
    expect(await end()).toMatchObject(IN_ORDER)
  })
})
