import { describe, expect, test } from 'vitest'
import { agentOf, threadOf } from '../../src/content/index.ts'

const HASH = 'a'.repeat(64)
const OTHER = 'b'.repeat(64)

describe('the agent of a content', () => {
  test.each(['claude', 'x', 'a'.repeat(80), '\u{1F41D}'.repeat(80), 'e\u0301'.repeat(80), 'with space'])(
    'is %s',
    (agent) => {
      expect(agentOf({ type: 'insight', agent })).toBe(agent)
    },
  )

  test.each([
    [{}],
    [null],
    ['agent'],
    [['agent']],
    [{ agent: '' }],
    [{ agent: null }],
    [{ agent: 5 }],
    [{ agent: ['claude'] }],
    [{ agent: 'a'.repeat(81) }],
    [{ agent: 'e\u0301'.repeat(81) }],
    [{ agent: '\u0958'.repeat(41) }],
    [{ agent: 'a\0b' }],
    [{ agent: `a${'\u0301'.repeat(30_000)}` }],
    [{ deeper: { agent: 'claude' } }],
  ])('is none in %j', (content) => {
    expect(agentOf(content)).toBeUndefined()
  })
})

describe('the thread of a content', () => {
  test.each([
    [{ in_reply_to: HASH }],
    [{ reply_to: HASH }],
    [{ query_hash: HASH }],
    [{ query_hash: OTHER, reply_to: OTHER, in_reply_to: HASH }],
    [{ query_hash: OTHER, reply_to: HASH }],
    [{ in_reply_to: 'x', reply_to: null, query_hash: HASH }],
  ])('is the first hash of %j', (content) => {
    expect(threadOf(content)).toBe(HASH)
  })

  test.each([
    [null],
    [HASH],
    [[HASH]],
    [{}],
    [{ in_reply_to: HASH.toUpperCase() }],
    [{ a: { in_reply_to: HASH } }],
    [{ in_reply_to: [HASH] }],
  ])('is none in %j', (content) => {
    expect(threadOf(content)).toBeUndefined()
  })
})
