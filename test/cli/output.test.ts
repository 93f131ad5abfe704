import measure from 'fast-string-truncated-width'
import { describe, expect, test, vi } from 'vitest'
import { messageRow } from '../../src/cli/message.ts'
import { counted, cut, jsonText, pad, plain, printTable } from '../../src/cli/output.ts'
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

test.each([
  [0, 'message', '0 messages'],
  [1, 'message', '1 message'],
  [2, 'policy', '2 policies'],
  [1, 'policy', '1 policy'],
  [2, 'relay', '2 relays'],
])('%i of "%s" are %s', (count, noun, expected) => {
  expect(counted(count, noun)).toBe(expected)
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

describe('text on a terminal', () => {
  test.each([
    ['plain', 5, 'plain'],
    ['plain words', 6, 'plain…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['𠮷𠮷𠮷', 5, '𠮷…'],
    ['🙂🙂🙂', 5, '🙂🙂…'],
    ['👩‍👩‍👧‍👦 family', 4, '👩‍👩‍👧‍👦 …'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['anything', 1, '…'],
    ['anything', 0, ''],
  ])('%s in %i columns is %s', (text, width, shown) => {
    expect(cut(text, width)).toBe(shown)
  })

  test('is filled up by columns, not by characters', () => {
    expect(pad('日本', 6)).toBe('日本  ')
    expect(pad('longer than that', 6)).toBe('longer than that')
  })
})

describe('a table', () => {
  /** Its lines in a terminal of so many columns. */
  function linesIn(columns: number, rows: string[][]): string[] {
    vi.stubEnv('COLUMNS', String(columns))
    vi.stubEnv('NO_COLOR', '1')
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    printTable(['NAME', 'WHAT', 'WHY'], rows)
    const lines = write.mock.calls.map(([text]) => String(text).slice(0, -1))
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    return lines
  }

  test('is as wide as what it holds, where that fits', () => {
    expect(linesIn(80, [['日本', 'b', 'c']])).toEqual(['NAME  WHAT  WHY', '日本  b     c'])
  })

  test('fits the terminal: the widest columns are cut, wherever they stand', () => {
    const lines = linesIn(40, [['a'.repeat(60), 'short', '日'.repeat(30)]])
    expect(Math.max(...lines.map((line) => measure(line).width))).toBeLessThanOrEqual(40)
    expect(lines[1]).toContain('short')
    expect(lines[1]).toMatch(/^a+… +short +日+…$/)
  })

  test('is wider than a terminal of which no column could say anything', () => {
    expect(linesIn(5, [['a'.repeat(20), 'b'.repeat(20), 'c'.repeat(20)]])[1]).toBe('aaaaaaa…  bbbbbbb…  ccccccc…')
  })
})
