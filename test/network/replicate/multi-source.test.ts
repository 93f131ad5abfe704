// Several servers at once: what all of them have comes once, each sends a part of it, and none can keep back what another one has.

import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { chainOf, insights } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { nodeOf, pullOver } from './pair.ts'
import { playServer } from './scripted-server.ts'
import { wirePair } from './wire-pair.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { TestNode } from './pair.ts'
import type { Manner } from './scripted-server.ts'

/** One feed that is asked for in three ranges, and some that are not. */
const FEEDS = [1_100, 60, 51, 3, 1].map((length, index) => chainOf(identityOf(11 + index), insights(length)))

interface ServerInit {
  feeds?: readonly (readonly SealedMessage[])[] | undefined
  manner?: Manner
  after?: number
  turns?: readonly number[]
}

afterEach(() => {
  vi.useRealTimers()
})

/** Lets a new node pull from all these servers at once. */
function pullFromAll(servers: readonly ServerInit[]) {
  const node = nodeOf(2)
  const stop = new AbortController()
  const pulls = servers.map(({ feeds = FEEDS, manner = 'honest', after = 0, turns = [0] }, index) => {
    const wires = wirePair()
    const sent = playServer({ wire: wires.server, feeds, manner, after, delays: repeated(turns) })
    const ended = pullOver(wires.puller, node, { peer: `server ${index}`, signal: stop.signal })
    return { sent, ended }
  })
  return { node, pulls, stop }
}

function* repeated(turns: readonly number[]): Generator<number, never> {
  for (;;) yield* turns
}

/** Moves the node's clock and the timers together until the promise settles. */
async function passUntil<T>(node: TestNode, promise: Promise<T>): Promise<T> {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  promise.then(settle, settle)
  while (!isSettled) {
    for (let turns = 0; turns < 200; turns++) await turn()
    node.clock.now += 500
    await vi.advanceTimersByTimeAsync(500)
  }
  return promise
}

const total = FEEDS.flat().length
const pauses = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 })

test('all honest: every message comes once, whoever is how fast', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pauses, { minLength: 2, maxLength: 4 }), async (paces) => {
      const { node, pulls } = pullFromAll(paces.map((turns) => ({ turns })))
      for (const { ended } of pulls) expect(await ended).toBeUndefined()
      const sent = await Promise.all(pulls.map((pull) => pull.sent))
      expect(sent.reduce((sum, count) => sum + count, 0)).toBe(total)
      expect(node.log.counts().messages).toBe(total)
    }),
    { numRuns: 12, seed: 20_260_301 },
  )
}, 60_000)

test('each holds a part: what any of them has comes, and comes once', async () => {
  const subset = fc.tuple(fc.constantFrom(0.1, 0.5, 0.95), fc.integer({ min: 1, max: 1_000 }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(subset, pauses), { minLength: 2, maxLength: 4 }), async (parts) => {
      const holdings = parts.map(([[share, seed]]) => FEEDS.map((feed) => feed.filter(someOf(share, seed))))
      const { node, pulls } = pullFromAll(parts.map(([, turns], index) => ({ feeds: holdings[index], turns })))
      for (const { ended } of pulls) expect(await ended).toBeUndefined()
      const sent = await Promise.all(pulls.map((pull) => pull.sent))
      const union = new Set(holdings.flat(2).map(({ hash }) => hash)).size
      expect(node.log.counts().messages).toBe(union)
      expect(sent.reduce((sum, count) => sum + count, 0)).toBe(union)
    }),
    { numRuns: 12, seed: 20_260_302 },
  )
}, 60_000)

test('all but one stall, hang up, withhold or inflate: everything comes from the honest one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const manner = fc.constantFrom<Manner>('stalls', 'hangs up', 'withholds', 'inflates')
  const liar = fc.record({ manner, after: fc.constantFrom(0, 1, 700), turns: pauses })
  await fc.assert(
    fc.asyncProperty(fc.array(liar, { minLength: 1, maxLength: 4 }), pauses, async (liars, turns) => {
      const { node, pulls, stop } = pullFromAll([...liars, { turns }])
      const honest = pulls.at(-1)
      expect(await passUntil(node, honest?.ended ?? Promise.reject(new Error('There is none.')))).toBeUndefined()
      expect(node.log.counts().messages).toBe(total)
      stop.abort()
      await passUntil(node, Promise.all(pulls.flatMap(({ sent, ended }) => [sent, ended])))
    }),
    { numRuns: 25, seed: 20_260_303 },
  )
}, 120_000)

/** Whether a message is among a share of all, chosen by the seed. */
function someOf(share: number, seed: number): (message: SealedMessage) => boolean {
  return ({ sequence }) => ((Math.imul(sequence + seed, 2_654_435_761) >>> 8) % 1_000) / 1_000 < share
}
