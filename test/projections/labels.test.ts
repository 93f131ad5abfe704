import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { label, labelsOf, listedTags } from '../../src/projections/labels.ts'
import { entryFrom } from './entries.ts'
import type { Draft } from '../../src/feed/index.ts'

const HASH = 'ab'.repeat(32)
const OTHER = 'cd'.repeat(32)

function labelsFrom(draft: Draft): string[] {
  return labelsOf(entryFrom(draft).envelope)
}

describe('label', () => {
  test('keeps a value of 64 characters as it stands and hashes one of 65', () => {
    expect(label('tag', 'x'.repeat(64))).toBe(`tag:${'x'.repeat(64)}`)
    expect(label('tag', 'x'.repeat(65))).toBe(`tag#${hash('sha256', 'x'.repeat(65))}`)
  })

  test('hashes a value with a line break', () => {
    expect(label('type', 'a\nb')).toBe(`type#${hash('sha256', 'a\nb')}`)
  })

  test('tells kinds apart', () => {
    expect(label('tag', 'insight')).not.toBe(label('type', 'insight'))
  })
})

describe('labelsOf', () => {
  test('names type, tags, thread and trace', () => {
    const draft = { content: { type: 'insight' }, tags: ['a', 'b'], relates: HASH, traceId: 't' }
    expect(labelsFrom(draft)).toEqual(['type:insight', 'tag:a', 'tag:b', `relates:${HASH}`, 'trace:t'])
  })

  test('names category and project, and of a memory also what it says', () => {
    expect(labelsFrom({ content: { type: 'insight', category: 'rules', project: 'shop' } })).toEqual([
      'type:insight',
      'category:rules',
      'project:shop',
    ])
    const memory = labelsFrom({ content: { type: 'memory', content: 'a  b', project: 'shop' } })
    expect(memory).toEqual([
      'type:memory',
      'category:global',
      'project:shop',
      expect.stringMatching(/^said:[0-9a-f]{64}$/),
    ])
    const said = (content: object) => labelsFrom({ content: { type: 'memory', ...content } }).at(-1)
    expect(said({ content: ' a\nb', project: 'shop' })).toBe(memory.at(-1))
    expect(said({ body: 'a b', project: 'shop' })).toBe(memory.at(-1))
    expect(said({ content: 'A b', project: 'shop' })).not.toBe(memory.at(-1))
    expect(said({ content: 'a b' })).not.toBe(memory.at(-1))
    expect(said({ content: 5, category: 7 })).toBe('category:global')
  })

  test('names the agent that speaks, when it is one', () => {
    expect(labelsFrom({ content: { type: 'insight', agent: 'claude' } })).toEqual(['type:insight', 'agent:claude'])
    expect(labelsFrom({ content: { agent: 'x'.repeat(80) } })).toEqual([label('agent', 'x'.repeat(80))])
    for (const agent of ['', 'x'.repeat(81), 5, null]) expect(labelsFrom({ content: { agent } })).toEqual([])
  })

  test.each([
    ['a string', 'hello'],
    ['null', null],
    ['a list', [{ type: 'insight' }]],
    ['a type that is no string', { type: 7 }],
  ])('finds none in %s', (_, content) => {
    expect(labelsFrom({ content })).toEqual([])
  })

  test.each(['in_reply_to', 'reply_to', 'query_hash'])('reads the thread from content.%s', (field) => {
    expect(labelsFrom({ content: { [field]: HASH } })).toEqual([`relates:${HASH}`])
  })

  test('prefers relates to what content says, and passes over what is no hash', () => {
    expect(labelsFrom({ content: { in_reply_to: OTHER }, relates: HASH })).toEqual([`relates:${HASH}`])
    expect(labelsFrom({ content: { in_reply_to: 'x', query_hash: OTHER } })).toEqual([`relates:${OTHER}`])
  })
})

describe('listedTags', () => {
  test('takes each tag once', () => {
    expect(listedTags(['a', 'b', 'a'])).toEqual(['a', 'b'])
    expect(listedTags(undefined)).toEqual([])
  })

  test('takes 64 tags and no more', () => {
    const tags = Array.from({ length: 65 }, (_, index) => `t${index}`)
    expect(listedTags(tags)).toEqual(tags.slice(0, 64))
    expect(listedTags(tags.slice(0, 64))).toHaveLength(64)
  })
})
