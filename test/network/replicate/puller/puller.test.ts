// A real puller against a server that a test plays: what it asks, and what it does about a server that lies, babbles, or goes quiet.

import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  ANSWER_MS,
  CLOSE_MS,
  CREDIT_BYTES_INITIAL,
  HANDSHAKE_MS,
  HEADS_PER_FRAME_MAX,
  HEADS_TOLD_MAX,
  RANGES_OPEN_MAX,
  RETRY_MS_MAX,
} from '../../../../src/network/replicate/constants.ts'
import { CreditPool } from '../../../../src/network/replicate/puller/credit.ts'
import { InFlight } from '../../../../src/network/replicate/puller/in-flight.ts'
import { Puller } from '../../../../src/network/replicate/puller/puller.ts'
import { eventually } from '../../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../../support/feeds.ts'
import { identityOf } from '../../../support/open-log.ts'
import { numbered } from '../numbered.ts'
import { nodeOf, pullOver } from '../pair.ts'
import { ScriptedPeer } from '../scripted-peer.ts'
import { wirePair } from '../wire-pair.ts'
import type { SealedMessage } from '../../../../src/feed/index.ts'
import type { AskedRange, Done, Frame, Have, ToldHead } from '../../../../src/network/replicate/frames/frames.ts'
import type { Hint } from '../../../../src/network/replicate/puller/puller-steps.ts'
import type { TestNode } from '../pair.ts'

const STORE = '00000000000000aa'
const CURSOR = { offset: 9, check: '0011223344556677' }

const author = identityOf(9)
const feed = chainOf(author, insights(100))
const other = chainOf(identityOf(8), insights(5))

const have = (...heads: ToldHead[]): Have => ({ kind: 'have', store: STORE, cursor: CURSOR, heads })
const head = (sequence: number, fields: Partial<ToldHead> = {}): ToldHead => ({
  author: author.author,
  sequence,
  hash: feed[sequence - 1]?.hash.slice(0, 16) ?? 'ff'.repeat(8),
  floor: 1,
  arrival: 7,
  forked: false,
  ...fields,
})
const messages = (id: number, ...sent: readonly SealedMessage[]): Frame => ({
  kind: 'messages',
  id,
  items: sent.map(itemOf),
})
const done = (id: number, fields: Partial<Done> = {}): Done => ({ kind: 'done', id, code: 'answered', ...fields })

/** A pull from a server in the test's hands, from the puller's Have on. */
function pulling(init: Parameters<typeof pullOver>[2] & { node?: TestNode; closesAfter?: boolean } = {}) {
  const wires = wirePair()
  const node = init.node ?? nodeOf(2)
  const ended = pullOver(wires.puller, node, { peer: 'server', ...init })
  return { node, server: new ScriptedPeer(wires.server, init), ended, wires }
}

/** Plays until the first Want and returns it with the rest. */
async function asked(heads: readonly ToldHead[], init: Parameters<typeof pulling>[0] = {}) {
  const play = pulling(init)
  await play.server.hear('have')
  play.server.say(have(...heads))
  return { ...play, want: await play.server.hear('want') }
}

/** As {@link numbered}, without checking a million keys. */
function namedAs(index: number): ToldHead['author'] {
  const key = Buffer.alloc(32)
  key.writeUInt32BE(index, 0)
  return `@${key.toString('base64')}.ed25519` as ToldHead['author']
}

afterEach(() => {
  vi.useRealTimers()
})

describe('asks', () => {
  test('for what is told and grants credit for it', async () => {
    const { want, server, ended, node } = await asked([head(60)])
    expect(want).toMatchObject({
      ranges: [
        { id: 1, author: author.author, from: 11, to: 60 },
        { id: 2, from: 1, to: 10 },
      ],
      credit: CREDIT_BYTES_INITIAL,
    })
    server.say(messages(1, ...feed.slice(10, 60)), done(1), messages(2, ...feed.slice(0, 10)), done(2))
    expect(await ended).toBeUndefined()
    expect(node.log.counts().messages).toBe(60)
    expect(node.pullStore.known('server')).toMatchObject({ store: STORE, cursor: CURSOR })
  })

  test('not below the floor that a server claims, and another server all the same', async () => {
    const { want, server, ended, node } = await asked([head(60, { floor: 31 })])
    expect(want.ranges).toMatchObject([{ from: 31, to: 60 }])
    server.say(messages(1, ...feed.slice(30, 60)), done(1))
    expect(await ended).toBeUndefined()
    expect(node.log.hasMissing()).toBe(true)
    const again = await asked([head(60)], { node, peer: 'another' })
    expect(again.want.ranges).toMatchObject([
      { from: 11, to: 30 },
      { from: 1, to: 10 },
    ])
  })

  test('once for a head that is claimed and never comes, which changes nothing', async () => {
    const { want, server, ended, node } = await asked([head(1_000_000_000)])
    const ranges = [...(want.ranges ?? [])]
    server.say(...ranges.map(({ id }) => done(id)))
    for (let covered = coveredBy(ranges); covered < 1_000_000_000; covered = coveredBy(ranges)) {
      const more = (await server.hear('want')).ranges ?? []
      ranges.push(...more)
      server.say(...more.map(({ id }) => done(id)))
    }
    expect(await ended).toBeUndefined()
    expect(ranges.length).toBeLessThan(40)
    expect(node.log.counts()).toEqual({ messages: 0, feeds: 0, forks: 0 })
    expect(await node.log.heads({ arrivedAfter: 0, after: undefined, limit: 10 })).toEqual([])
  })

  test('our own feed that is claimed to be longer, and goes on publishing', async () => {
    const node = nodeOf(2)
    await node.log.publish({ content: 'first' })
    const own = {
      author: node.identity.author,
      sequence: 50,
      hash: 'ff'.repeat(8),
      floor: 1,
      arrival: 1,
      forked: false,
    }
    const { server, ended } = await asked([own], { node })
    await node.log.publish({ content: 'second' })
    server.say(done(1), done(2))
    expect(await ended).toBeUndefined()
    expect((await node.log.publish({ content: 'third' })).sequence).toBe(3)
    expect(node.log.ownFeed.isRolledBack()).toBe(false)
  })

  test('about a fork that is told and never proved, and freezes nothing', async () => {
    const node = nodeOf(2)
    await node.log.ingest(feed.map(itemOf), 'elsewhere')
    const { want, server, ended } = await asked([head(20, { forked: true })], { node })
    expect(want.ranges).toMatchObject([{ from: 21, to: 22 }])
    server.say(messages(1, ...feed.slice(20, 22)), done(1))
    expect(await ended).toBeUndefined()
    expect(node.log.counts().forks).toBe(0)
  })

  test('about another hash that is told and never proved, and freezes nothing', async () => {
    const node = nodeOf(2)
    await node.log.ingest(feed.map(itemOf), 'elsewhere')
    const { want, server, ended } = await asked([head(80, { hash: 'ff'.repeat(8) })], { node })
    expect(want.ranges).toMatchObject([{ from: 49, to: 80 }])
    server.say(messages(1, ...feed.slice(48, 80)), done(1))
    expect(await ended).toBeUndefined()
    expect(node.log.counts().forks).toBe(0)
  })

  test('for no more ranges than may be open, and for the rest as these end', async () => {
    const heads = Array.from({ length: 2 * RANGES_OPEN_MAX }, (_, index) => head(1, { author: numbered(index) }))
    const { want, server, ended } = await asked(heads)
    let sum = 0
    for (let ranges = want.ranges ?? []; ; ranges = (await server.hear('want')).ranges ?? []) {
      expect(ranges.length).toBeLessThanOrEqual(RANGES_OPEN_MAX)
      sum += ranges.length
      // All that are open end here, so that whatever comes next is open alone.
      server.say(...ranges.map(({ id }) => done(id)))
      if (sum === heads.length) break
    }
    expect(await ended).toBeUndefined()
    expect(sum).toBe(heads.length)
  })

  test('for the next frame of heads, and is complete only behind the last', async () => {
    const { server, ended, node } = pulling()
    await server.hear('have')
    server.say({ ...have(), more: true })
    expect(await server.hear('want')).toMatchObject({ more: true, ranges: [] })
    server.say({ kind: 'have', heads: [head(3)] })
    const want = await server.hear('want')
    expect(node.pullStore.known('server')).toBeUndefined()
    server.say(messages(want.ranges?.[0]?.id ?? 0, ...feed.slice(0, 3)), done(1))
    expect(await ended).toBeUndefined()
    expect(node.log.counts().messages).toBe(3)
  })

  test('again for what a busy server has put off, when the time has come', async () => {
    const { server, ended, node } = await asked([head(30)])
    server.say(messages(1, ...feed.slice(0, 12)), done(1, { upTo: 12, code: 'busy', retryMs: 20 }))
    // Time stands still in the node's clock until the test moves it.
    await eventually(() => expect(node.log.counts().messages).toBe(12))
    node.clock.now += 20
    const again = await server.hear('want')
    expect(again.ranges).toMatchObject([{ id: 2, from: 13, to: 30 }])
    server.say(messages(2, ...feed.slice(12, 30)), done(2))
    expect(await ended).toBeUndefined()
  })

  test('for what is told of a feed while a hint about it is followed, when that is done', async () => {
    const stop = new AbortController()
    let hint: (hint: Hint) => void = () => {}
    const { server, ended, node } = pulling({ live: 1, signal: stop.signal, listen: (hear) => (hint = hear) })
    await server.hear('have')
    server.say(have())
    await server.hear('want')
    hint({ author: author.author, upTo: 10 })
    expect((await server.hear('want')).ranges).toMatchObject([{ id: 1, from: 1, to: 10 }])
    server.say(have(head(40)), messages(1, ...feed.slice(0, 10)), done(1))
    expect(await asksFor(server)).toMatchObject([{ id: 2, from: 11, to: 40 }])
    server.say(messages(2, ...feed.slice(10, 40)), done(2))
    await eventually(() => expect(node.log.counts().messages).toBe(40))
    stop.abort()
    expect(await ended).toBeUndefined()
  })

  test('with a smaller window when most credit is in use, and not at all when all is', async () => {
    const pool = new CreditPool()
    while (pool.open() === CREDIT_BYTES_INITIAL);
    const { want } = await asked([head(10)], { pool })
    expect(want.credit).toBeLessThan(CREDIT_BYTES_INITIAL)
    while (pool.open() > 0);
    expect(await pulling({ pool }).ended).toMatchObject({ code: 'REPLICATE_BUSY' })
  })
})

describe('ends the stream on', () => {
  const live =
    (...frames: Frame[]) =>
    async () => {
      const play = pulling({ live: 2 })
      await play.server.hear('have')
      play.server.say(have())
      await play.server.hear('want')
      play.server.say(...frames)
      return play
    }
  const afterTwoRanges =
    (...said: Frame[]) =>
    async () => {
      const play = await asked([head(60)])
      play.server.say(...said)
      return play
    }
  const afterWant =
    (...said: (Frame | Uint8Array)[]) =>
    async () => {
      const play = await asked([head(10)])
      play.server.say(...said)
      return play
    }
  const atOnce =
    (...said: (Frame | Uint8Array)[]) =>
    async () => {
      const play = pulling()
      play.server.say(...said)
      return play
    }
  const forged = { ...(feed[3] as SealedMessage), signature: new Uint8Array(64) }
  const changed = (text: string) => ({
    kind: 'messages' as const,
    id: 1,
    items: [{ text: Buffer.from(text), signature: new Uint8Array(64) }],
  })

  const cases: [string, string, () => Promise<ReturnType<typeof pulling>>][] = [
    ['garbage', 'REPLICATE_FRAME_INVALID', atOnce(Buffer.from('0568656c6c6f', 'hex'))],
    ['a length above 4 MiB', 'REPLICATE_FRAME_TOO_LARGE', atOnce(Buffer.from('81808002', 'hex'))],
    ['a telling without a store', 'REPLICATE_FRAME_INVALID', atOnce({ kind: 'have', cursor: CURSOR })],
    ['a telling without a cursor', 'REPLICATE_FRAME_INVALID', atOnce({ kind: 'have', store: STORE })],
    ['Messages before the Have', 'REPLICATE_CREDIT_OVERRUN', atOnce(messages(1, ...feed.slice(0, 1)))],
    ['Done before the Have', 'REPLICATE_FRAME_UNEXPECTED', atOnce(done(0))],
    ['a Want', 'REPLICATE_FRAME_UNEXPECTED', atOnce({ kind: 'want', credit: 1 })],
    ['a Have that was not asked for', 'REPLICATE_FRAME_UNEXPECTED', afterWant(have())],
    ['an id that is not open', 'REPLICATE_FRAME_UNEXPECTED', afterWant(messages(2, ...feed.slice(0, 1)))],
    ['a Done for no range', 'REPLICATE_FRAME_UNEXPECTED', afterWant(done(2))],
    [
      'messages behind their Done',
      'REPLICATE_FRAME_UNEXPECTED',
      afterTwoRanges(done(2), messages(2, ...feed.slice(0, 1))),
    ],
    ['a second Done', 'REPLICATE_FRAME_UNEXPECTED', afterTwoRanges(done(2), done(2))],
    ['a Done behind its range', 'REPLICATE_FRAME_INVALID', afterWant(done(1, { upTo: 11 }))],
    [
      'a Done before what was sent',
      'REPLICATE_FRAME_INVALID',
      afterWant(messages(1, ...feed.slice(0, 5)), done(1, { upTo: 2 })),
    ],
    ['a message of another author', 'REPLICATE_ITEM_UNASKED', afterWant(messages(1, ...other))],
    ['a message outside its range', 'REPLICATE_ITEM_UNASKED', afterWant(messages(1, ...feed.slice(10, 11)))],
    ['messages out of order', 'REPLICATE_ITEM_UNASKED', afterWant(messages(1, ...feed.slice(0, 5).toReversed()))],
    ['the fifth message of one sequence', 'REPLICATE_ITEM_UNASKED', afterWant(messages(1, ...Array(5).fill(feed[4])))],
    ['a push that was not asked for', 'REPLICATE_ITEM_UNASKED', afterWant(messages(0, ...feed.slice(0, 1)))],
    ['a bad signature', 'REPLICATE_ITEM_INVALID', afterWant(messages(1, ...feed.slice(0, 3), forged))],
    ['a text that is no message', 'REPLICATE_ITEM_INVALID', afterWant(changed('hello'))],
    [
      'a text that only begins as a message',
      'REPLICATE_ITEM_INVALID',
      afterWant(changed((feed[0] as SealedMessage).text.slice(0, 90))),
    ],
    ['a push with a bad signature', 'REPLICATE_ITEM_INVALID', live(messages(0, forged))],
    ['a Done 0 without a cursor', 'REPLICATE_FRAME_UNEXPECTED', live(done(0))],
    ['being sent away', 'REPLICATE_BUSY', atOnce(done(0, { code: 'busy', retryMs: 5 }))],
  ]

  test.each(cases)('%s', async (_, code, play) => {
    const { ended, server, node } = await play()
    expect(await ended).toMatchObject({ code })
    await server.hearAll()
    expect(server.end).toBe('reset')
    expect(node.pullStore.known('server')?.cursor.offset).not.toBe(0)
  })

  test('more messages than credit was granted', async () => {
    const large = chainOf(
      identityOf(7),
      Array.from({ length: 40 }, () => ({ content: 'x'.repeat(60_000) })),
    )
    const told = head(40, { author: large[0]?.author as ToldHead['author'], hash: undefined })
    const { server, ended } = await asked([told])
    // The machine that grants again runs only between turns, and none passes here.
    server.say(messages(1, ...large))
    expect(await ended).toMatchObject({ code: 'REPLICATE_CREDIT_OVERRUN' })
  })

  test('more than a million heads, which it never holds at once', () => {
    const inFlight = new InFlight()
    const puller = new Puller({
      scope: 'all',
      isListTold: false,
      resume: { heads: undefined, store: undefined, tails: [] },
      root: undefined,
      takesTrie: false,
      live: () => 0,
      pool: new CreditPool(),
      inFlight,
      source: inFlight.join(0),
      now: 0,
    })
    const page = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => head(1, { author: namedAs(from + index) }))
    let frame: Have = { ...have(), heads: page(0, HEADS_PER_FRAME_MAX), more: true }
    let told = 0
    let steps = puller.step({ type: 'received', frame, bytes: 1 }, 0)
    for (;;) {
      told += frame.heads?.length ?? 0
      for (let compare = steps.find(isCompare); compare !== undefined; compare = steps.find(isCompare)) {
        expect(steps.some(({ type }) => type === 'fail')).toBe(false)
        steps = [
          ...steps.filter((step) => !isCompare(step)),
          ...puller.step({ type: 'compared', positions: [], asked: [] }, 0),
        ]
      }
      expect(steps.some(({ type }) => type === 'send')).toBe(true)
      frame = { kind: 'have', heads: page(told, Math.min(HEADS_PER_FRAME_MAX, HEADS_TOLD_MAX + 1 - told)), more: true }
      steps = puller.step({ type: 'received', frame, bytes: 1 }, 0)
      if (told + (frame.heads?.length ?? 0) > HEADS_TOLD_MAX) break
    }
    expect(steps).toMatchObject([{ type: 'fail', error: { code: 'REPLICATE_TOO_MANY' } }])
  })

  test.each([
    ['twice in a frame', [[3, 3]]],
    ['out of order in a frame', [[4, 3]]],
    ['twice in a telling of two frames', [[3, 4], [4]]],
    ['out of order in a telling of two frames', [[3, 4], [2]]],
  ])('a feed told %s', async (_, [first = [], second]) => {
    const { server, ended } = pulling()
    const heads = (indices: readonly number[]) => indices.map((index) => head(1, { author: numbered(index) }))
    await server.hear('have')
    server.say({ ...have(...heads(first)), more: second !== undefined })
    if (second !== undefined) {
      await server.hear('want')
      server.say({ kind: 'have', heads: heads(second) })
    }
    expect(await ended).toMatchObject({ code: 'REPLICATE_FRAME_INVALID' })
  })

  test.each([
    [undefined, 0],
    [5, 5],
    [RETRY_MS_MAX, RETRY_MS_MAX],
    [RETRY_MS_MAX + 1, RETRY_MS_MAX],
  ])('being sent away for %s ms, which it says, to a limit', async (retryMs, said) => {
    const { server, ended } = pulling()
    await server.hear('have')
    server.say(done(0, { code: 'busy', retryMs }))
    expect(await ended).toMatchObject({ code: 'REPLICATE_BUSY', details: { retryMs: said } })
  })

  test('a store that changes within a stream', async () => {
    const { server, ended } = pulling({ live: 1 })
    await server.hear('have')
    server.say(have())
    await server.hear('want')
    server.say({ ...have(), store: '00000000000000bb' })
    expect(await ended).toMatchObject({ code: 'REPLICATE_FRAME_INVALID' })
  })

  test('an end inside a frame, or before the round is complete', async () => {
    for (const said of [[Buffer.from([0x10, 0x22])], [], [have(head(10))]]) {
      const { server, ended, node } = pulling()
      server.say(...said)
      await server.close()
      expect(await ended).toMatchObject({ code: 'REPLICATE_STREAM_LOST' })
      expect(node.pullStore.known('server')).toBeUndefined()
    }
  })

  test('a bad message keeps what came before it', async () => {
    const { server, ended, node } = await asked([head(10)])
    server.say(messages(1, ...feed.slice(0, 3)))
    await eventually(() => expect(node.log.counts().messages).toBe(3))
    server.say(messages(1, forged))
    expect(await ended).toMatchObject({
      code: 'REPLICATE_ITEM_INVALID',
      details: { code: 'FEED_SIGNATURE_INVALID', sequence: 4 },
    })
    expect(node.log.counts().messages).toBe(3)
  })
})

describe('waits', () => {
  /** Moves the node's clock and the timers together. */
  async function pass(node: TestNode, ms: number): Promise<void> {
    node.clock.now += ms
    await vi.advanceTimersByTimeAsync(ms)
  }

  test('10 s for the first Have', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ended, server, node } = pulling()
    await server.hear('have')
    await pass(node, HANDSHAKE_MS - 1)
    expect(server.end).toBeUndefined()
    await pass(node, 1)
    expect(await ended).toMatchObject({ code: 'REPLICATE_TIMEOUT', details: { waitingFor: 'Have' } })
  })

  test('30 s for messages, from the last sign of life', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ended, server, node } = await asked([head(60)])
    await pass(node, ANSWER_MS - 1)
    server.say(done(2))
    await eventually(() => expect(server.end).toBeUndefined())
    await pass(node, 2)
    expect(server.end).toBeUndefined()
    await pass(node, ANSWER_MS)
    expect(await ended).toMatchObject({ code: 'REPLICATE_TIMEOUT', details: { waitingFor: 'messages' } })
  })

  test('30 s for a further frame of heads', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ended, server, node } = pulling()
    await server.hear('have')
    server.say({ ...have(), more: true })
    await server.hear('want')
    await pass(node, ANSWER_MS)
    expect(await ended).toMatchObject({ code: 'REPLICATE_TIMEOUT', details: { waitingFor: 'heads' } })
  })

  test('for ever on a live stream', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (const live of [1, 2] as const) {
      const stop = new AbortController()
      const { ended, server, node } = pulling({ live, signal: stop.signal })
      await server.hear('have')
      server.say(have())
      await server.hear('want')
      if (live === 2) server.say(done(0, { cursor: CURSOR }))
      await pass(node, 100 * ANSWER_MS)
      expect(server.end).toBeUndefined()
      stop.abort()
      expect(await ended).toBeUndefined()
    }
  })

  test('2 s for a server to close its side when we have', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { ended, server, node } = pulling({ closesAfter: false })
    await server.hear('have')
    server.say(have())
    await server.hearAll()
    await pass(node, CLOSE_MS)
    expect(await ended).toBeUndefined()
  })
})

describe('remembers', () => {
  test('how far a live server has pushed, once it is stored', async () => {
    const stop = new AbortController()
    const { ended, server, node } = pulling({ live: 2, signal: stop.signal })
    await server.hear('have')
    server.say(have())
    await server.hear('want')
    server.say(messages(0, ...feed.slice(0, 2)), done(0, { cursor: { offset: 11, check: CURSOR.check } }))
    await eventually(() => expect(node.log.counts().messages).toBe(2))
    stop.abort()
    expect(await ended).toBeUndefined()
    expect(node.pullStore.known('server')?.cursor.offset).toBe(11)
  })
})

/** The next ranges that are asked for; credit may be granted before. */
async function asksFor(server: ScriptedPeer): Promise<readonly AskedRange[]> {
  for (;;) {
    const { ranges = [] } = await server.hear('want')
    if (ranges.length > 0) return ranges
  }
}

/** Sequences that these ranges ask for. They do not overlap. */
function coveredBy(ranges: readonly AskedRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

function isCompare(step: { type: string }): boolean {
  return step.type === 'compare'
}
