import { describe, expect, test } from 'vitest'
import { messageRow } from '../../src/cli/message.ts'
import { jsonText, plain } from '../../src/cli/output.ts'
import type { MessageData } from '../../src/api/index.ts'

describe('JSON for scripts', () => {
  test.each(['\u007f', '\u0085', '\u009b2J', '\u061c', '\u200b', '\u202e', '\u2066', '\u2028', '\ufeff', '\u{e0001}'])(
    'escapes %j and parses to the same value',
    (mark) => {
      const value = { [mark]: `a${mark}b` }
      expect(jsonText(value)).toMatch(/^[\x20-\x7e]+$/)
      expect(JSON.parse(jsonText(value))).toEqual(value)
    },
  )

  test('leaves letters of all scripts and emoji as they are', () => {
    expect(jsonText('Grüße, 世界 🙂')).toBe('"Grüße, 世界 🙂"')
  })
})

test('a line of text has no marks that reorder it', () => {
  expect(plain('a\u061cb\u202ec\u009bd')).toBe('a b c d')
})

test('a type takes no more than its column', () => {
  const message = {
    hash: 'ab',
    author: '@x',
    timestamp: '2026-01-01T00:00:00Z',
    content: { type: 't'.repeat(500) },
    local: {},
  }
  expect(messageRow(message as unknown as MessageData, 0)[3]).toHaveLength(16)
})
