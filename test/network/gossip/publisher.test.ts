// The publisher over a real log: what goes out, and how much of it.

import { expect, onTestFinished, test } from 'vitest'
import { PUBLISHED_RATE } from '../../../src/network/gossip/constants.ts'
import { decodePayload } from '../../../src/network/gossip/payload.ts'
import { Publisher } from '../../../src/network/gossip/publisher.ts'
import { Pushed } from '../../../src/network/gossip/pushed.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import type { OpenLog } from '../../support/open-log.ts'

/** A publisher that runs; what it sends is kept, as texts. */
function publishing(open: OpenLog, clock = { now: 0 }): { sent: string[]; arrived: number[] } {
  const sent: string[] = []
  const arrived: number[] = []
  const stop = new AbortController()
  const publisher = new Publisher({
    log: open.log,
    clock: () => clock.now,
    pushed: new Pushed(),
    send: async (payload) => {
      const decoded = decodePayload(payload)
      sent.push(decoded?.kind === 'item' ? Buffer.from(decoded.text).toString() : String(decoded?.kind))
    },
    onArrived: ({ sequence }) => void arrived.push(sequence),
  })
  const running = publisher.run(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await running
  })
  return { sent, arrived }
}

test('our own messages go out, from the end of the log on, and those of others do not', async () => {
  const open = openLog({ seed: 1 })
  await open.log.publish({ content: 'before' })
  const { sent, arrived } = publishing(open)
  await open.log.ingest(chainOf(identityOf(2), insights(2)).map(itemOf), 'a peer')
  const own = await open.log.publish({ content: 'after' })
  await eventually(() => expect(sent).toEqual([own.text]))
  expect(arrived).toEqual([1, 2, 2])
})

test('our own messages that a peer gives back do not go out', async () => {
  const open = openLog({ seed: 1 })
  const { sent, arrived } = publishing(open)
  await open.log.ingest(chainOf(identityOf(1), insights(2)).map(itemOf), 'a peer')
  await eventually(() => expect(arrived).toEqual([1, 2]))
  expect(sent).toEqual([])
})

test('a message that is too large is announced', async () => {
  const open = openLog({ seed: 1 })
  const { sent } = publishing(open)
  await open.log.publish({ content: 'x'.repeat(20_000) })
  await eventually(() => expect(sent).toEqual(['announcement']))
})

test('beyond its rate the newest goes out when there is room again, and none in between', async () => {
  const open = openLog({ seed: 1 })
  const clock = { now: 0 }
  const { sent } = publishing(open, clock)
  const count = PUBLISHED_RATE.burst + 20
  const all = await Promise.all(Array.from({ length: count }, (_, index) => open.log.publish({ content: index })))
  await eventually(() => expect(sent.length).toBe(PUBLISHED_RATE.burst))
  clock.now += 1_000 / PUBLISHED_RATE.perSecond
  await eventually(() => expect(sent.length).toBe(PUBLISHED_RATE.burst + 1))
  expect(sent.at(-1)).toBe(all.at(-1)?.text)
})
