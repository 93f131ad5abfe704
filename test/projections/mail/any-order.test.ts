// The same messages in any order, with repeats, are one inbox on three nodes, whatever the clocks of their authors say.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTimestamp, sealMessage } from '../../../src/feed/index.ts'
import { itemOf } from '../../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../../support/open-log.ts'
import { openProjectionsOf } from '../open-projections.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'

const SEED = 20_260_107
const RUNS = 100
const DAY_MS = 86_400_000

const ME = identityOf(10)
const SPEAKERS = [ME, identityOf(11), identityOf(12)]
const TO = [undefined, [ME.author], ['role:ops'], ['role:press'], [SPEAKERS[1]?.author, 'role:ops'], ['nonsense']]
const NOBODYS = 'f'.repeat(64)

interface Step {
  speaker: number
  act: 'message' | 'query' | 'response' | 'retract' | 'edit'
  /** Which earlier message it names, from the last one back. */
  back: number
  to: number
  severity: string
  skewMs: number
}

const step: fc.Arbitrary<Step> = fc.record({
  speaker: fc.nat({ max: 2 }),
  act: fc.constantFrom('message', 'message', 'message', 'query', 'response', 'response', 'retract', 'edit'),
  back: fc.nat({ max: 5 }),
  to: fc.nat({ max: TO.length - 1 }),
  severity: fc.constantFrom('info', 'warning', 'critical'),
  skewMs: fc.constantFrom(0, 0, -3 * DAY_MS, 3 * DAY_MS),
})

function said(steps: readonly Step[]): SealedMessage[] {
  const messages: SealedMessage[] = []
  for (const [at, one] of steps.entries()) {
    const identity = SPEAKERS[one.speaker] ?? ME
    const head = messages.findLast(({ author }) => author === identity.author) ?? { sequence: 0, hash: undefined }
    const named = messages.at(-1 - one.back)?.hash ?? NOBODYS
    const time = formatTimestamp(TEST_NOW - DAY_MS + at * 1000 + one.skewMs)
    messages.push(sealMessage({ content: contentOf(one, at, named) }, head, time, identity))
  }
  return messages
}

function contentOf({ act, to, severity }: Step, at: number, named: string) {
  const addressees = TO[to] === undefined ? {} : { to: TO[to] }
  switch (act) {
    case 'query':
      return { type: act, question: `${at}?`, ...addressees }
    case 'response':
      return { type: act, query_hash: named, answer: `${at}!`, ...addressees }
    case 'retract':
      return { type: act, target: named }
    case 'edit':
      return { type: 'message', text: `${at}`, supersedes: named, severity, ...addressees }
    default:
      return { type: act, text: `${at}`, severity, ...(at % 2 === 0 && { reply_to: named }), ...addressees }
  }
}

/** Three orders of all of them, with some repeats. */
const arrivals = fc
  .array(step, { minLength: 1, maxLength: 12 })
  .map(said)
  .chain((messages) => {
    const withRepeats = fc.subarray(messages).map((repeats) => [...messages, ...repeats])
    const order = withRepeats.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
    return fc.tuple(order, order, order)
  })

/** What one node shows of it, once in pages of three. */
async function shownOn(order: readonly SealedMessage[]): Promise<unknown[]> {
  const { log, projections, settled } = openProjectionsOf(openLog())
  for (const message of order) await log.ingest([itemOf(message)], 'a peer')
  await settled()
  const query = { author: ME.author, roles: ['ops'], muted: [] }
  const { received, total } = await projections.inbox({ ...query, limit: 50, offset: 0 })
  const paged: typeof received = []
  for (let offset = 0, hasMore = true; hasMore; offset += 3) {
    const page = await projections.inbox({ ...query, limit: 3, offset })
    paged.push(...page.received)
    hasMore = page.hasMore
  }
  expect(paged).toEqual(received)
  expect(total).toBe(received.length)
  const times = received.map(({ message }) => Math.min(Date.parse(message.envelope.timestamp), message.receivedAt))
  expect(times).toEqual(times.toSorted((one, other) => other - one))
  // What came at the same moment has no order of its own.
  return received
    .map(({ message, reach, severity }) => ({ hash: message.hash, reach, severity }))
    .toSorted((one, other) => (one.hash < other.hash ? -1 : 1))
}

test('three nodes that hold the same show the same', { timeout: 120_000 }, async () => {
  let shown = 0
  await fc.assert(
    fc.asyncProperty(arrivals, async (orders) => {
      const [first, ...others] = await Promise.all(orders.map(shownOn))
      shown += first?.length ?? 0
      for (const other of others) expect(other).toEqual(first)
    }),
    { seed: SEED, numRuns: RUNS },
  )
  // The histories say something.
  expect(shown).toBeGreaterThan(RUNS)
})
