// Erasures, over a real log with its projections.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { Erasing } from '../../src/log/index.ts'
import { openWithProjections, titles } from '../projections/open-projections.ts'
import { itemOf } from '../support/feeds.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { FeedRange } from '../../src/log/index.ts'
import type { OpenProjections } from '../projections/open-projections.ts'

function erasingOf({ log, projections, store: held }: OpenProjections): Erasing {
  return new Erasing({ log, lists: projections, held, logger: SILENT })
}

const note = (title: string, supersedes?: string) => ({
  content: { type: 'memory', title, content: title, ...(supersedes !== undefined && { supersedes }) },
})
const erase = (target: string) => ({ content: { type: 'retract', target, erase: true } })

test('what its author erases is forgotten with all its versions; the erasure stays', async () => {
  const opened = openWithProjections()
  const { log, publish, search } = opened
  const [first] = await publish(note('secret plan'))
  const [second] = await publish(note('secret plan, second version', first?.hash))
  const [third] = await publish(note('secret plan, third version', second?.hash), note('harmless plan'))
  const [erasure] = await publish(erase(first?.hash ?? ''))
  expect(await erasingOf(opened).erase()).toMatchObject({ messages: 3 })
  await opened.settled()
  expect(titles(await search('plan'))).toEqual(['harmless plan'])
  for (const gone of [first, second, third]) expect(await log.message(gone?.hash ?? '')).toBeUndefined()
  expect(await log.message(erasure?.hash ?? '')).toBeDefined()
  expect(log.counts().messages).toBe(2)
})

test('what is erased before it comes goes as soon as it comes, by itself', async () => {
  const source = openLog({ seed: 2 })
  const first = await source.log.publish(note('secret plan'))
  const erasure = await source.log.publish(erase(first.hash))
  const opened = openWithProjections()
  const erasing = erasingOf(opened)
  erasing.start()
  for (const message of [erasure, first]) {
    await opened.log.ingest([itemOf(message)], 'a peer')
    await opened.settled()
  }
  await vi.waitUntil(() => opened.log.counts().messages === 1)
  expect(await opened.log.ingest([itemOf(first)], 'a peer')).toEqual([{ outcome: 'forgotten' }])
  await erasing.stop()
  await erasing.stop()
})

test('an end in the middle leaves nothing in force that hung on what is gone', async () => {
  const opened = openWithProjections()
  const versions = [...(await opened.publish(note('secret')))]
  for (let count = 0; count < 5; count++) {
    versions.push(...(await opened.publish(note(`secret, again ${count}`, versions.at(-1)?.hash))))
  }
  await opened.publish(erase(versions[0]?.hash ?? ''))
  const log = {
    cursor: () => opened.log.cursor(),
    // As a crash after the third.
    forget: async (ranges: readonly FeedRange[]) => {
      await opened.log.forget(ranges.slice(0, 3))
      return { messages: 0, bytes: 0 }
    },
  }
  await new Erasing({ log, lists: opened.projections, held: opened.store, logger: SILENT }).erase()
  await opened.settled()
  expect((await opened.list({ contentType: 'memory' })).total).toBe(3)
  expect((await opened.list({ contentType: 'memory', shown: [] })).messages).toEqual([])
  expect(await erasingOf(opened).erase()).toMatchObject({ messages: 3 })
})

test("nobody erases another's message", async () => {
  const opened = openWithProjections()
  const other = openLog({ seed: 2 })
  const theirs = await other.log.publish(note('their plan'))
  await opened.log.ingest([itemOf(theirs)], 'a peer')
  await opened.publish(erase(theirs.hash))
  expect(await erasingOf(opened).erase()).toEqual({ messages: 0, bytes: 0 })
  expect(await opened.log.message(theirs.hash)).toBeDefined()
})

test('a retract without erasure forgets nothing', async () => {
  const opened = openWithProjections()
  const [first] = await opened.publish(note('a plan'))
  await opened.publish({ content: { type: 'retract', target: first?.hash } })
  expect(await erasingOf(opened).erase()).toEqual({ messages: 0, bytes: 0 })
})

test('more than one page of versions goes at once', async () => {
  const opened = openWithProjections()
  const [first] = await opened.publish(note('version 0'))
  await opened.publish(...Array.from({ length: 300 }, (_, at) => note(`version ${at + 1}`, first?.hash)))
  await opened.publish(erase(first?.hash ?? ''))
  expect(await erasingOf(opened).erase()).toMatchObject({ messages: 301 })
  await nextTurn()
  expect(opened.log.counts().messages).toBe(1)
})
