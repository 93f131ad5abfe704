import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TRIE_DEPTH_MAX, TRIE_TOLD_AT_ONCE } from '../../../../src/network/replicate/constants.ts'
import { Descent } from '../../../../src/network/replicate/puller/descent.ts'
import { NOTHING_BELOW, TOP, Trie } from '../../../../src/network/replicate/trie/trie.ts'
import { isBelow, placeOf } from '../../../../src/network/replicate/trie/trie-rows.ts'
import { numbered } from '../numbered.ts'
import type { Author } from '../../../../src/feed/index.ts'
import type { Head } from '../../../../src/log/index.ts'
import type { ToldHead, TrieNode } from '../../../../src/network/replicate/frames/frames.ts'
import type { Prefix } from '../../../../src/network/replicate/trie/trie.ts'

interface Feed {
  sequence: number
  hash: string | null
  forked: boolean
}

interface TrieVector {
  salt: string
  feeds: (Feed & { author: Author; key: string; leaf: string })[]
  prefixes: { prefix: Prefix; hash: string; node?: string[]; heads?: Author[] }[]
  other: { author: Author; record: Feed | null }[]
  asks: Prefix[][]
  told: Author[]
}

const SALT = '0123456789abcdef'

function headOf(author: Author, { sequence, hash, forked }: Feed): Head {
  const forkedAt = forked ? sequence + 1 : undefined
  return { author, sequence, hash: hash ?? undefined, floor: 1, arrival: 1, forkedAt }
}

function feed(index: number, sequence = 1): Head {
  return headOf(numbered(index), { sequence, hash: sequence.toString(16).padStart(64, '0'), forked: false })
}

function trieOf(heads: Iterable<Head>, salt = SALT): Trie {
  const trie = new Trie(salt)
  for (const head of heads) trie.put(head)
  return trie
}

/** The hash of a prefix that is not the top, from the node above it. */
function hashAt(trie: Trie, prefix: Prefix): string | undefined {
  const above = trie.at(prefix.slice(0, -1))
  return 'hashes' in above ? above.hashes[Number.parseInt(prefix.at(-1) ?? '', 16)] : undefined
}

/** What a puller with `ours` asks of a server with `theirs`, and is told. */
function descend(ours: Trie, theirs: Trie, salt = SALT): { asks: Prefix[][]; told: Author[] } {
  const descent = new Descent(salt)
  const asks: Prefix[][] = []
  const told: Author[] = []
  for (let prefixes: Prefix[] = [TOP]; prefixes.length > 0; prefixes = descent.take()) {
    asks.push(prefixes)
    const answers = prefixes.map((prefix) => theirs.at(prefix))
    const heads = answers.flatMap((answer) => ('authors' in answer ? answer.authors : []))
    const nodes: TrieNode[] = answers.map((answer) => ('hashes' in answer ? answer.hashes : []))
    descent.admit({ kind: 'have', nodes, heads: heads.map(toldHead) })
    told.push(...heads)
    descent.compared(descent.takeNodes().flatMap(({ prefix, hashes }) => ours.differing(prefix, hashes)))
  }
  expect(descent.isComplete).toBe(true)
  return { asks: asks.slice(1), told }
}

function toldHead(author: Author): ToldHead {
  return { author, sequence: 1, hash: undefined, floor: 1, arrival: 1, forked: false }
}

describe('protocols/replicate/1/vectors/trie.json', () => {
  // Our own file, in the shape that spec.md §9 defines.
  const vector = JSON.parse(
    readFileSync(new URL('../../../../protocols/replicate/1/vectors/trie.json', import.meta.url), 'utf8'),
  ) as TrieVector
  const trie = trieOf(
    vector.feeds.map((each) => headOf(each.author, each)),
    vector.salt,
  )

  test('keys', () => {
    for (const { author, key } of vector.feeds) {
      expect(placeOf(Buffer.from(vector.salt, 'hex'), author).toString('hex', 0, 8)).toBe(key)
    }
  })

  test.each(vector.prefixes)('the prefix "$prefix"', ({ prefix, hash, node, heads }) => {
    expect(trie.at(prefix)).toEqual(node === undefined ? { authors: heads } : { hashes: node })
    if (prefix.length > 0) expect(hashAt(trie, prefix) ?? NOTHING_BELOW).toBe(hash)
  })

  test('a descent of a puller whose feeds are others', () => {
    const heads = new Map(vector.feeds.map((each) => [each.author, headOf(each.author, each)]))
    for (const { author, record } of vector.other) {
      if (record === null) heads.delete(author)
      else heads.set(author, headOf(author, record))
    }
    const { asks, told } = descend(trieOf(heads.values(), vector.salt), trie, vector.salt)
    expect(asks).toEqual(vector.asks)
    expect(told).toEqual(vector.told)
  })
})

describe('a trie', () => {
  test('is the same whatever order its feeds came in, and whatever they were before', () => {
    const shuffled = fc.uniqueArray(fc.nat(5_000), { maxLength: 300 }).chain((indexes) =>
      fc.record({
        indexes: fc.constant(indexes),
        order: fc.shuffledSubarray(indexes, { minLength: indexes.length }),
        older: fc.subarray(indexes),
        settled: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ indexes, order, older, settled }) => {
        const kept = trieOf(older.map((index) => feed(index, 1)))
        if (settled) for (const _ of kept.settle());
        for (const index of order) kept.put(feed(index, 2))
        expect(kept.at(TOP)).toEqual(trieOf(indexes.map((index) => feed(index, 2))).at(TOP))
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  test('tells at most so many feeds at once, and hashes of more', () => {
    const few = Array.from({ length: TRIE_TOLD_AT_ONCE }, (_, index) => feed(index))
    const { authors = [] } = trieOf(few).at(TOP) as { authors?: Author[] }
    expect(new Set(authors)).toEqual(new Set(few.map(({ author }) => author)))
    expect(trieOf([...few, feed(100)]).at(TOP)).toMatchObject({ hashes: { length: 16 } })
    expect(trieOf([]).at(TOP)).toEqual({ authors: [] })
    expect(trieOf([]).at('0123456789abc')).toEqual({ authors: [] })
  })

  test('hashes little between two steps, and nothing twice', () => {
    const trie = trieOf(Array.from({ length: 3_000 }, (_, index) => feed(index)))
    expect([...trie.settle()].length).toBeGreaterThan(100)
    expect([...trie.settle()]).toEqual([])
    trie.put(feed(17, 2))
    expect([...trie.settle()].length).toBeLessThan(TRIE_DEPTH_MAX)
  })

  test('has every feed below the digits of its key', () => {
    const trie = trieOf(Array.from({ length: 500 }, (_, index) => feed(index)))
    const place = placeOf(Buffer.from(SALT, 'hex'), numbered(77))
    const digits = place.toString('hex', 0, 8)
    expect(isBelow(place, digits.slice(0, 3))).toBe(true)
    expect(isBelow(place, digits.startsWith('0') ? 'f' : '0')).toBe(false)
    expect(trie.at(digits.slice(0, 4))).toEqual({ authors: expect.arrayContaining([numbered(77)]) })
    expect(trie.at(digits.slice(0, TRIE_DEPTH_MAX))).toEqual({ authors: [numbered(77)] })
  })
})

test('a descent is told of all feeds that the server has and we have otherwise, and of few others', () => {
  const changed = fc.record({
    shared: fc.uniqueArray(fc.nat(20_000), { maxLength: 400 }),
    theirs: fc.uniqueArray(fc.integer({ min: 20_001, max: 30_000 }), { maxLength: 20 }),
    ours: fc.uniqueArray(fc.integer({ min: 30_001, max: 40_000 }), { maxLength: 20 }),
    ahead: fc.array(fc.nat(399), { maxLength: 10 }),
    behind: fc.array(fc.nat(399), { maxLength: 10 }),
  })
  fc.assert(
    fc.property(changed, ({ shared, theirs, ours, ahead, behind }) => {
      const [server, puller] = [new Map<Author, Head>(), new Map<Author, Head>()]
      const hold = (holder: Map<Author, Head>, head: Head) => holder.set(head.author, head)
      for (const index of shared) for (const holder of [server, puller]) hold(holder, feed(index))
      for (const index of theirs) hold(server, feed(index))
      for (const index of ours) hold(puller, feed(index))
      for (const at of ahead) if (shared[at] !== undefined) hold(server, feed(shared[at], 2))
      for (const at of behind) if (shared[at] !== undefined) hold(puller, feed(shared[at], 3))
      const different = [...server].filter(([author, head]) => puller.get(author)?.sequence !== head.sequence)
      const { told } = descend(trieOf(puller.values()), trieOf(server.values()))
      expect(new Set(told).size).toBe(told.length)
      expect(different.map(([author]) => author).filter((author) => !told.includes(author))).toEqual([])
      const unlike = different.length + ours.length + behind.length
      expect(told.length).toBeLessThanOrEqual(Math.max(1, unlike) * TRIE_TOLD_AT_ONCE)
    }),
    { numRuns: 150, seed: 2 },
  )
})
