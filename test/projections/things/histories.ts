// Made-up histories of a few authors who replace, take back and erase, their own things and others', with forks and what was forgotten; and the
// orders in which they can reach a node.

import { hash } from 'node:crypto'
import fc from 'fast-check'
import { TEST_NOW } from '../../support/open-log.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { MessageEntry } from '../../../src/log/index.ts'
import type { ProjectedEntry } from '../../../src/projections/index.ts'

/** An entry without its place in a log. */
export type Told = Omit<MessageEntry, 'offset'> | Exclude<ProjectedEntry, MessageEntry>

type Act = 'memory' | 'profile' | 'query' | 'response' | 'edit' | 'retract' | 'erase' | 'endorsement' | 'dispute'

interface Step {
  author: number
  act: Act
  /** Which earlier message it names, from the last one back; of a missing one when there are fewer. */
  back: number
  /** Signed for the place of the message before it: a fork. */
  forks: boolean
  skewMs: number
}

const DAY_MS = 86_400_000
const NOBODYS = hash('sha256', 'nobody holds it')

const step: fc.Arbitrary<Step> = fc.record({
  author: fc.nat({ max: 2 }),
  act: fc.constantFrom<Act>(
    ...([
      'memory',
      'memory',
      'profile',
      'query',
      'response',
      'edit',
      'edit',
      'edit',
      'retract',
      'retract',
      'erase',
    ] as const),
    ...(['endorsement', 'dispute'] as const),
  ),
  back: fc.nat({ max: 6 }),
  forks: fc.constantFrom(false, false, false, false, false, false, false, true),
  skewMs: fc.constantFrom(0, 0, -3 * DAY_MS, 3 * DAY_MS),
})

function historyOf(steps: readonly Step[]): Told[] {
  const told: Told[] = []
  const messages: Omit<MessageEntry, 'offset'>[] = []
  const heads = [0, 0, 0]
  for (const [at, { author, act, back, forks, skewMs }] of steps.entries()) {
    const named = messages[messages.length - 1 - back]
    const head = heads[author] ?? 0
    const isFork = forks && head > 0
    const sequence = isFork ? head : head + 1
    heads[author] = sequence
    const message = messageOf({ author, sequence, at, skewMs, content: contentOf(act, named) })
    messages.push(message)
    told.push(message)
    if (isFork) told.push({ kind: 'forked', offset: 0, feed: author + 1, author: message.author, sequence })
  }
  return told
}

function contentOf(act: Act, named: Omit<MessageEntry, 'offset'> | undefined): Record<string, unknown> {
  const target = named?.hash ?? NOBODYS
  switch (act) {
    case 'memory':
      return { type: act }
    case 'profile':
      return { type: act, name: 'Ada', capabilities: ['rust'] }
    case 'query':
      return { type: act, question: 'why?', to: ['role:sage'] }
    case 'response':
      return { type: act, query_hash: target, answer: 'because' }
    case 'edit':
      return {
        type: (named?.envelope.content as { type?: string } | undefined)?.type ?? 'memory',
        supersedes: target,
        target,
      }
    case 'retract':
      return { type: 'retract', target }
    case 'erase':
      return { type: 'retract', target, erase: true }
    default:
      return { type: act, message_hash: target, reason: 'because' }
  }
}

function authorNamed(author: number): Author {
  return `@author ${author}.ed25519`
}

interface Facts {
  author: number
  sequence: number
  at: number
  skewMs: number
  content: Record<string, unknown>
}

function messageOf({ author, sequence, at, skewMs, content }: Facts): Omit<MessageEntry, 'offset'> {
  const name = authorNamed(author)
  const timestamp = new Date(TEST_NOW + at * 1000 + skewMs).toISOString()
  const envelope = { author: name, sequence, previous: null, timestamp, content }
  const text = JSON.stringify({ ...envelope, at })
  const facts = { feed: author + 1, author: name, sequence, hash: hash('sha256', text), text, envelope }
  return {
    kind: 'message',
    ...facts,
    signature: new Uint8Array(64),
    receivedAt: TEST_NOW,
    link: 'linked',
    inEffect: true,
  }
}

const forgetting = fc.record({
  author: fc.nat({ max: 2 }),
  from: fc.integer({ min: 1, max: 5 }),
  length: fc.nat({ max: 2 }),
})

/** Histories of which some messages never come and some are forgotten. */
export const histories: fc.Arbitrary<Told[]> = fc
  .tuple(fc.array(step, { minLength: 1, maxLength: 14 }).map(historyOf), fc.array(forgetting, { maxLength: 1 }))
  .chain(([told, ranges]) => {
    const marks = ranges.map(
      ({ author, from, length }): Told => ({
        kind: 'forgotten',
        offset: 0,
        feed: author + 1,
        author: authorNamed(author),
        from,
        to: from + length,
      }),
    )
    const missing = fc.subarray(told, { maxLength: Math.min(2, told.length) })
    return missing.map((lost) => [...told.filter((one) => !lost.includes(one)), ...marks])
  })

/** Some order of all of them, with some repeats. */
export function arrivals(all: readonly Told[]): fc.Arbitrary<Told[]> {
  const withRepeats = fc.subarray([...all]).map((repeats) => [...all, ...repeats])
  return withRepeats.chain((told) => fc.shuffledSubarray(told, { minLength: told.length }))
}

/** Of these, the messages that no mark takes away. */
export function inEffect(told: readonly Told[]): Omit<MessageEntry, 'offset'>[] {
  const messages = [...new Set(told)].filter((one) => one.kind === 'message')
  return messages.filter(({ feed, sequence }) =>
    told.every((mark) => {
      if (mark.kind === 'message' || mark.feed !== feed) return true
      return mark.kind === 'forked' ? sequence < mark.sequence : sequence < mark.from || sequence > mark.to
    }),
  )
}
