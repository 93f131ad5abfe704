// All feeds of a node as a 16-way Merkle trie over salted keys: two nodes that compare theirs from the top find the feeds that differ, and look
// at little else. Pure. Spec §3, "Trie".

import { hash } from 'node:crypto'
import { TRIE_DEPTH_MAX, TRIE_TOLD_AT_ONCE } from '../constants.ts'
import { authorsOf, countOf, digitAt, leavesOf, NO_ROWS, rowOf, rowsAt, withoutPool, withRow } from './trie-rows.ts'
import type { Author } from '../../../feed/index.ts'
import type { Head } from '../../../log/index.ts'

/** A place in a trie: as many hex digits as levels lie above it. The top is the empty string. */
export type Prefix = string

/** What lies below a prefix: 16 hashes of 16 hex, or few enough feeds to be told, in the order of the trie. */
export type Subtree = { hashes: readonly string[] } | { authors: readonly Author[] }

export const TOP: Prefix = ''

/** The hash of a prefix below which there is nothing. */
export const NOTHING_BELOW = '0'.repeat(16)

const DIGITS = Array.from({ length: 16 }, (_, digit) => digit.toString(16))

/** Rows that one node keeps side by side before it branches: a trie of 100,000 feeds then has 4,369 nodes and takes some 8 MB. */
const ROWS_MAX = 64

/** Rows in order; or, once there are too many, sixteen nodes by the next digit of the key. */
interface Node {
  rows: Buffer
  children: readonly Node[] | undefined
  /** Undefined after a change below. */
  hash: string | undefined
}

/** Kept up to date head by head; what changed is hashed again when it is asked for. */
export class Trie {
  readonly #salt: Buffer
  readonly #top = nodeOf(NO_ROWS)

  /** @param salt - 16 hex */
  constructor(salt: string) {
    this.#salt = Buffer.from(salt, 'hex')
  }

  /** Takes in a feed, or what has become of it. */
  put(head: Head): void {
    const row = rowOf(this.#salt, head)
    let [node, depth] = [this.#top, 0]
    for (; node.children !== undefined; depth++) {
      node.hash = undefined
      node = childOf(node.children, digitAt(row, depth))
    }
    node.hash = undefined
    node.rows = withRow(node.rows, row)
    if (countOf(node.rows) > ROWS_MAX && depth < TRIE_DEPTH_MAX) branch(node, depth)
  }

  /** Hashes what has changed, little by little: the caller may pause between the steps. */
  settle(): Generator<void> {
    return settle(this.#top, 0)
  }

  /** What lies below a prefix. */
  at(prefix: Prefix): Subtree {
    const found = this.#find(prefix)
    const isTold = found.children === undefined && areTold(found.rows, prefix.length)
    return isTold ? { authors: authorsOf(found.rows) } : { hashes: hashesBelow(found, prefix.length) }
  }

  /** The prefixes one digit longer below which we have something else than another trie, whose hashes these are, and it has something. */
  differing(prefix: Prefix, hashes: readonly string[]): Prefix[] {
    const ours = hashesBelow(this.#find(prefix), prefix.length)
    const differ = (digit: number) => hashes[digit] !== NOTHING_BELOW && hashes[digit] !== ours[digit]
    return DIGITS.filter((_, digit) => differ(digit)).map((digit) => prefix + digit)
  }

  /** A node of the trie, or the part of its rows that lies below the prefix. */
  #find(prefix: Prefix): Node {
    let node = this.#top
    for (const [depth, digit] of [...prefix].entries()) {
      const value = Number.parseInt(digit, 16)
      node = node.children === undefined ? nodeOf(rowsAt(node.rows, depth, value)) : childOf(node.children, value)
    }
    return node
  }
}

function* settle(node: Node, depth: number): Generator<void> {
  if (node.hash !== undefined) return
  for (const child of node.children ?? []) yield* settle(child, depth + 1)
  hashOf(node, depth)
  yield
}

function hashOf(node: Node, depth: number): string {
  node.hash ??=
    areTold(node.rows, depth) && node.children === undefined
      ? hashOfLeaves(node.rows)
      : shortHash(Buffer.from(hashesBelow(node, depth).join(''), 'hex'))
  return node.hash
}

function hashesBelow({ rows, children }: Node, depth: number): string[] {
  const below = children ?? DIGITS.map((_, digit) => nodeOf(rowsAt(rows, depth, digit)))
  return below.map((child) => hashOf(child, depth + 1))
}

function hashOfLeaves(rows: Buffer): string {
  return countOf(rows) === 0 ? NOTHING_BELOW : shortHash(leavesOf(rows))
}

/** Whether so few feeds are told at once. */
function areTold(rows: Buffer, depth: number): boolean {
  return countOf(rows) <= TRIE_TOLD_AT_ONCE || depth >= TRIE_DEPTH_MAX
}

function branch(node: Node, depth: number): void {
  const { rows } = node
  node.children = DIGITS.map((_, digit) => nodeOf(withoutPool(rowsAt(rows, depth, digit))))
  node.rows = NO_ROWS
}

function nodeOf(rows: Buffer): Node {
  return { rows, children: undefined, hash: undefined }
}

function childOf(children: readonly Node[], digit: number): Node {
  const child = children[digit]
  if (child === undefined) throw new RangeError(`A node has no child ${digit}.`)
  return child
}

/** First 8 bytes of SHA-256, as 16 hex. */
function shortHash(bytes: Uint8Array): string {
  return hash('sha256', bytes).slice(0, 16)
}
