// Which memories are called similar. The notes are pairs about one thing that differ in a detail, and pairs of one domain about different
// things: the threshold stands between them.

import { describe, expect, test } from 'vitest'
import { WORDS_COMPARED_MAX } from '../../src/memory/constants.ts'
import { isSimilar, likeness, sharingTellingWords, wordsOf } from '../../src/memory/similar.ts'

const NEARLY_THE_SAME: readonly (readonly [string, string])[] = [
  [
    'The staging database listens on port 5433 because 5432 belongs to the old cluster.',
    'The staging database listens on port 5434, because 5432 belongs to the old cluster.',
  ],
  [
    'Retry webhook deliveries three times with exponential backoff starting at one second.',
    'Webhook deliveries are retried five times with exponential backoff starting at one second.',
  ],
  [
    'Run npm ci before the e2e tests, or the browser binary is missing.',
    'Run npm ci before the e2e tests, otherwise the browser binary is missing on CI.',
  ],
  ['Deploys are frozen from Friday noon to Monday morning.', 'Deploys are frozen from Friday 14:00 to Monday morning.'],
]

const OF_ONE_DOMAIN: readonly (readonly [string, string])[] = [
  [
    'The staging database listens on port 5433 because 5432 belongs to the old cluster.',
    'The staging database is restored from the nightly dump every Monday at six.',
  ],
  [
    'Retry webhook deliveries three times with exponential backoff starting at one second.',
    'Webhook signatures are checked with the secret of the tenant, not the global one.',
  ],
  [
    'Run npm ci before the e2e tests, or the browser binary is missing.',
    'The e2e tests need a running node on port 7654 and an empty data directory.',
  ],
  ['Deploys are frozen from Friday noon to Monday morning.', 'Deploys go through the canary for ten minutes first.'],
]

describe('likeness', () => {
  test.each(NEARLY_THE_SAME)('%s is like %s', (one, other) => {
    expect(isSimilar(likeness(wordsOf(one), wordsOf(other)))).toBe(true)
  })

  test.each(OF_ONE_DOMAIN)('%s is not like %s', (one, other) => {
    expect(isSimilar(likeness(wordsOf(one), wordsOf(other)))).toBe(false)
  })

  test('does not look at case, order, composition and signs', () => {
    expect(likeness(wordsOf('Caf\u00e9 — at NOON'), wordsOf('noon at cafe\u0301!'))).toBe(1)
  })

  test('of texts without words is 0', () => {
    expect(likeness(wordsOf('…'), wordsOf('!'))).toBe(0)
  })

  test('of one word of 32 KiB, and of as many words as fit into it, takes no time', () => {
    expect(likeness(wordsOf('x'.repeat(32_768)), wordsOf('x'.repeat(32_768)))).toBe(1)
    const many = wordsOf(Array.from({ length: 8_192 }, (_, at) => at.toString(36)).join(' '))
    expect(many.size).toBe(WORDS_COMPARED_MAX)
  })
})

describe('the question for candidates', () => {
  test('asks for two of the longest words', () => {
    expect(sharingTellingWords(wordsOf('a staging port'))).toBe(
      '("staging" AND "port") OR ("staging" AND "a") OR ("port" AND "a")',
    )
  })

  test('is none for a text of one word, or without any', () => {
    expect(sharingTellingWords(wordsOf('staging'))).toBeUndefined()
    expect(sharingTellingWords(wordsOf('" OR *', undefined, 5))).toBeUndefined()
  })
})
