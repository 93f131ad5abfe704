// What a puller takes of a server that tells by its trie, and what it refuses.

import { describe, expect, test } from 'vitest'
import {
  TRIE_DEPTH_MAX,
  TRIE_PREFIXES_MAX,
  TRIE_PREFIXES_PER_FRAME_MAX,
} from '../../../../src/network/replicate/constants.ts'
import { Descent } from '../../../../src/network/replicate/puller/descent.ts'
import { NOTHING_BELOW, TOP } from '../../../../src/network/replicate/trie/trie.ts'
import { placeOf } from '../../../../src/network/replicate/trie/trie-rows.ts'
import { numbered } from '../numbered.ts'
import type { Author } from '../../../../src/feed/index.ts'
import type { Have } from '../../../../src/network/replicate/frames/frames.ts'

const SALT = '0123456789abcdef'
const NODE = Array.from({ length: 16 }, () => NOTHING_BELOW)
const INVALID = expect.objectContaining({ code: 'REPLICATE_FRAME_INVALID' })
const HEADS: readonly string[] = []

const answer = (nodes: readonly (readonly string[])[], authors: readonly Author[] = [], more = false): Have => ({
  kind: 'have',
  nodes,
  heads: authors.map((author) => ({ author, sequence: 1, hash: undefined, floor: 1, arrival: 1, forked: false })),
  more,
})

/** Authors in the order of the trie, with the digits of their keys. */
const placed = Array.from({ length: 200 }, (_, index) => numbered(index))
  .map((author) => ({ author, key: placeOf(Buffer.from(SALT, 'hex'), author).toString('hex') }))
  .sort((left, right) => (left.key < right.key ? -1 : 1))

const below = (prefix: string): Author[] =>
  placed.filter(({ key }) => key.startsWith(prefix)).map(({ author }) => author)

/** A descent that has asked for these prefixes. */
function asking(...prefixes: string[]): Descent {
  const descent = new Descent(SALT)
  descent.admit(answer([NODE]))
  descent.takeNodes()
  descent.compared(prefixes)
  expect(descent.take()).toEqual(prefixes)
  return descent
}

const admitting = (descent: Descent, have: Have) => () => descent.admit(have)

describe('takes', () => {
  test('nodes and heads in the order in which they were asked for', () => {
    const descent = asking('0', '1', '2')
    descent.admit(answer([HEADS, NODE, HEADS], [...below('0'), ...below('2')]))
    expect(descent.takeNodes()).toEqual([{ prefix: '1', hashes: NODE }])
  })

  test('prefixes in any order, with the heads below each in that of the trie', () => {
    const descent = asking('2', '0')
    descent.admit(answer([HEADS, HEADS], [...below('2'), ...below('0')]))
    expect(descent.isComplete).toBe(true)
  })

  test('an answer in several frames', () => {
    const descent = asking('0', '1', '2')
    descent.admit(answer([HEADS], below('0'), true))
    expect(descent.take()).toEqual([])
    descent.admit(answer([HEADS, HEADS], below('1')))
    expect(descent.isComplete).toBe(true)
  })

  test('a subtree of nothing', () => {
    const descent = asking('0')
    descent.admit(answer([HEADS]))
    expect(descent.isComplete).toBe(true)
  })
})

describe('asks', () => {
  test('for so many prefixes at once, and for the rest behind their answer', () => {
    const descent = new Descent(SALT)
    const prefixes = Array.from({ length: TRIE_PREFIXES_PER_FRAME_MAX + 1 }, (_, index) => index.toString(16))
    descent.admit(answer([NODE]))
    descent.takeNodes()
    descent.compared(prefixes)
    const first = descent.take()
    expect(first.length).toBe(TRIE_PREFIXES_PER_FRAME_MAX)
    descent.admit(answer(first.map(() => HEADS)))
    expect(descent.take()).toEqual(prefixes.slice(TRIE_PREFIXES_PER_FRAME_MAX))
  })

  test('for nothing while nodes are being compared, one lot after the other', () => {
    const descent = asking('0', '1')
    descent.admit(answer([NODE], [], true))
    expect(descent.takeNodes().length).toBe(1)
    descent.admit(answer([NODE]))
    expect(descent.takeNodes()).toEqual([])
    expect(descent.take()).toEqual([])
    descent.compared(['00'])
    expect(descent.take()).toEqual([])
    expect(descent.takeNodes()).toEqual([{ prefix: '1', hashes: NODE }])
    descent.compared(['11'])
    expect(descent.take()).toEqual(['00', '11'])
  })
})

describe('refuses', () => {
  test('more nodes than were asked for, fewer without more, and none', () => {
    expect(admitting(new Descent(SALT), answer([NODE, NODE]))).toThrow(INVALID)
    expect(admitting(asking('0', '1'), answer([NODE]))).toThrow(INVALID)
    expect(admitting(asking('0'), answer([NODE], [], true))).toThrow(INVALID)
    expect(admitting(asking('0'), answer([]))).toThrow(INVALID)
  })

  test('a head below no prefix that was asked for, or below one that was answered by hashes', () => {
    expect(admitting(asking('0'), answer([HEADS], below('1')))).toThrow(INVALID)
    expect(admitting(asking('0', '1'), answer([NODE, HEADS], below('0')))).toThrow(INVALID)
    expect(admitting(new Descent(SALT), answer([NODE], below('0')))).toThrow(INVALID)
  })

  test('heads out of order, or twice', () => {
    const some = below('0')
    expect(admitting(asking('0'), answer([HEADS], some.toReversed()))).toThrow(INVALID)
    expect(admitting(asking('0'), answer([HEADS], [...some, ...some.slice(-1)]))).toThrow(INVALID)
    expect(admitting(asking('0', '2'), answer([HEADS, HEADS], [...below('2'), ...some]))).toThrow(INVALID)
  })

  test('hashes below the deepest prefix', () => {
    const deepest = '0'.repeat(TRIE_DEPTH_MAX)
    expect(admitting(asking(deepest), answer([NODE]))).toThrow(INVALID)
    expect(admitting(asking(deepest.slice(1)), answer([NODE]))).not.toThrow()
  })

  test('to go on for ever with a server whose hashes never agree', () => {
    const descent = new Descent(SALT)
    const fifteen = Array.from({ length: 2 ** 15 }, () => 'f')
    descent.admit(answer([NODE]))
    for (let found = 1; found + fifteen.length <= TRIE_PREFIXES_MAX; found += fifteen.length) {
      descent.compared(fifteen)
    }
    expect(() => descent.compared(fifteen)).toThrow(expect.objectContaining({ code: 'REPLICATE_TOO_MANY' }))
  })

  test('nothing at the top that is right', () => {
    const descent = new Descent(SALT)
    expect(descent.isComplete).toBe(false)
    descent.admit(answer([HEADS], below(TOP).slice(0, 8)))
    expect(descent.isComplete).toBe(true)
  })
})
