// The light log stands in for src/log: whatever is put into both, in whatever order, both tell the same of it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LightLog } from '../../../scripts/simulate/light-log.ts'
import { Carried, MessagePool } from '../../../scripts/simulate/message-pool.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'

const BYTES_MAX = 1024 * 1024

function openLightLog(pool = new MessagePool()) {
  const appended: Carried[] = []
  const log = new LightLog({
    pool,
    number: 1,
    identity: identityOf(1),
    clock: { now: 0 },
    onAppended: (carried) => appended.push(carried),
  })
  return { log, pool, appended }
}

/** Feeds of two branches each, all their messages in any order, some twice, some left out. */
const arrivals = fc
  .tuple(...[11, 12, 13].map((seed) => fc.record({ seed: fc.constant(seed), fork: fc.integer({ min: 0, max: 12 }) })))
  .map((feeds) =>
    feeds.flatMap(({ seed, fork }): SealedMessage[] => {
      const first = chainOf(identityOf(seed), insights(10))
      return [...first, ...chainOf(identityOf(seed), insights(3, 'other'), first[Math.min(fork, 10) - 1])]
    }),
  )
  .chain((messages) => fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: 60 }))

describe('the light log', () => {
  test('tells what the log on SQLite tells, of the same messages in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 7 }), async (messages, atOnce) => {
        const [real, { log: light }] = [openLog(), openLightLog()]
        for (let at = 0; at < messages.length; at += atOnce) {
          const items = messages.slice(at, at + atOnce).map(itemOf)
          expect(light.ingest(items, 'a peer')).toEqual(await real.log.ingest(items, 'a peer'))
        }
        await expectEqual(light, real.log, messages)
      }),
      { numRuns: 60, seed: 20_260_101 },
    )
  })

  test('calls back for what is appended, and not for what it held', () => {
    const { log, appended } = openLightLog()
    const items = chainOf(identityOf(2), insights(2)).map(itemOf)
    log.ingest(items, 'a peer')
    log.ingest(items, 'another peer')
    expect(appended.map(({ message }) => message.sequence)).toEqual([1, 2])
  })

  test('wakes who waits for an entry when there is one', () => {
    const { log } = openLightLog()
    const woken: string[] = []
    log.whenBeyond(0, () => woken.push('first'))
    expect(woken).toEqual([])
    log.publish({ content: 'hello' })
    expect(woken).toEqual(['first'])
    log.whenBeyond(0, () => woken.push('at once'))
    expect(woken).toEqual(['first', 'at once'])
  })

  test('chains what it publishes', () => {
    const { log } = openLightLog()
    const [one, two] = [log.publish({ content: 1 }), log.publish({ content: 2 })]
    expect([two.message.sequence, two.message.previous]).toEqual([2, one.message.hash])
    expect(log.store.has(two)).toBe(true)
  })
})

describe('the pool', () => {
  test('opens the same bytes once, and answers what they are', () => {
    const pool = new MessagePool()
    const [message] = chainOf(identityOf(2), insights(1)) as [SealedMessage]
    const opened = pool.open(itemOf(message))
    expect(opened).toBeInstanceOf(Carried)
    expect(pool.open(itemOf(message))).toBe(opened)
    expect(pool.byHash(message.hash)).toBe(opened)
  })

  test('refuses what feed/ refuses, also under a signature that it knows', () => {
    const pool = new MessagePool()
    const [message, other] = chainOf(identityOf(2), insights(2)) as [SealedMessage, SealedMessage]
    pool.open(itemOf(message))
    expect(pool.open({ ...itemOf(other), signature: message.signature })).toBe('FEED_SIGNATURE_INVALID')
    expect(pool.open({ ...itemOf(message), text: Buffer.from('{}') })).toBe('FEED_NOT_CANONICAL')
    expect(pool.open({ ...itemOf(message), signature: new Uint8Array(63) })).toBe('FEED_SIGNATURE_INVALID')
  })
})

async function expectEqual(
  light: LightLog,
  real: ReturnType<typeof openLog>['log'],
  messages: readonly SealedMessage[],
): Promise<void> {
  const { store } = light
  expect(store.root()).toEqual(await real.root())
  expect(store.cursor()).toEqual(real.cursor())
  expect(store.hasMissing()).toBe(real.hasMissing())
  for (const arrivedAfter of [0, 3]) {
    const query = { arrivedAfter, after: undefined, limit: 2 }
    const heads = store.heads(query)
    expect(heads).toEqual(await real.heads(query))
    const rest = { arrivedAfter, after: heads.at(-1)?.author, limit: 10 }
    expect(store.heads(rest)).toEqual(await real.heads(rest))
  }
  const asked = messages.map(({ author, sequence }) => ({ author, sequence }))
  expect(light.positions(asked)).toEqual(await real.positions(asked))
  for (const { author } of messages.slice(0, 3)) {
    const query = { author, from: 2, to: 8, bytesMax: BYTES_MAX }
    expect(store.range(query).map(({ hash, link, offset }) => ({ hash, link, offset }))).toEqual(
      (await real.range(query)).map(({ hash, link, offset }) => ({ hash, link, offset })),
    )
  }
}
