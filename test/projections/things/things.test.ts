// The law, for all that authors do to their own and to others' messages: any order of arrival, with any repeats and in slices of any length, gives
// one state on every node, and the right one.

import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Mail } from '../../../src/projections/mail/index.ts'
import { Profiles } from '../../../src/projections/profiles.ts'
import { Stances } from '../../../src/projections/stances.ts'
import { Things } from '../../../src/projections/things/index.ts'
import { stateNumbered } from '../../../src/projections/things/states.ts'
import { arrivals, histories, inEffect } from './histories.ts'
import { statesByTheRules } from './rules.ts'
import type { ProjectedEntry, Projection } from '../../../src/projections/index.ts'
import type { Told } from './histories.ts'

const SEED = 20_260_106
const RUNS = 1_000

const TABLES = [
  'things',
  'things_replies',
  'stances',
  'profiles',
  'profiles_agents',
  'profiles_names',
  'mail',
  'mail_recipients',
]
const BLOCKS = { mail_recipients: 'recipient', things_replies: 'asker' }
const WITHDRAWN = ['things_withdrawn', 'stances_withdrawn', 'profiles_withdrawn', 'mail_withdrawn']

/** With hardly anything judged at once, nearly everything is put off, and judged a message at a time, while more comes. */
const PUTS_OFF = { rowsAtOnceMax: 1, rowsPerTransactionMax: 3, rowsPerStep: 1 }

/** A node as far as it folds. */
class Node {
  readonly #database = new Database(':memory:')
  readonly #things: Things
  readonly #projections: Projection[]
  /** Where each entry stands here: offsets are as local as arrival. */
  #offsets = new Map<Told, number>()

  constructor(init: ConstructorParameters<typeof Things>[1] = {}) {
    this.#things = new Things(this.#database, init)
    this.#projections = [this.#things, ...[Stances, Profiles, Mail].map((Fold) => new Fold(this.#database))]
    this.reset()
  }

  reset(): void {
    for (const projection of this.#projections) projection.reset()
  }

  /** Empty tables are those of a node that has folded nothing. */
  clear(): void {
    for (const table of [...TABLES, ...WITHDRAWN]) this.#database.exec(`DELETE FROM ${table}`)
  }

  fold(told: readonly Told[], perSlice: number): void {
    this.#offsets = new Map([...new Set(told)].map((one, at) => [one, at + 1]))
    for (let at = 0; at < told.length; at += perSlice) {
      for (const projection of this.#projections) {
        for (const one of told.slice(at, at + perSlice)) this.#foldOne(projection, one)
        projection.settle?.()
      }
      // Three steps of what may take hundreds.
      for (let step = 0; step < 3; step++) this.#things.work()
    }
    while (this.#things.work() === 'more');
  }

  states(): Record<string, string> {
    const rows = this.#database.prepare('SELECT lower(hex(hash)) AS hash, state FROM things').all()
    const states = rows as { hash: string; state: number }[] // As: the columns of the statement.
    return Object.fromEntries(states.map(({ hash, state }) => [hash, stateNumbered(state)]))
  }

  /** Every row that is not about the order of arrival. */
  rows(): Record<string, string[]> {
    const hashes = new Map([...this.#offsets].map(([one, offset]) => [offset, one.kind === 'message' ? one.hash : '']))
    const rowsOf = (table: string) => this.#database.prepare(`SELECT * FROM ${table}`).all() as { offset?: number }[]
    const named = (table: string) =>
      rowsOf(table).map(({ offset, ...row }) => JSON.stringify([offset === undefined ? '' : hashes.get(offset), row]))
    return Object.fromEntries(TABLES.map((table) => [table, named(table).sort()]))
  }

  /** Offsets that stand in a table and not in its blocks, or the other way round. */
  astray(): unknown[] {
    const bits = 'WITH RECURSIVE bits (bit) AS (SELECT 0 UNION ALL SELECT bit + 1 FROM bits WHERE bit < 31)'
    return Object.entries(BLOCKS).flatMap(([table, column]) => {
      const named = `SELECT ${column}, offset FROM ${table} WHERE ${column} IS NOT NULL`
      const inBlocks = `SELECT ${column}, block * 32 + bit FROM ${table}_blocks JOIN bits ON bits >> bit & 1`
      const sql = `${bits} SELECT * FROM (${named} EXCEPT ${inBlocks}) UNION ALL SELECT * FROM (${inBlocks} EXCEPT ${named})`
      return this.#database.prepare(sql).all()
    })
  }

  #foldOne(projection: Projection, one: Told): void {
    // As: only its place was missing.
    const entry = { ...one, offset: this.#offsets.get(one) ?? 0 } as ProjectedEntry
    while (projection.apply(entry) === 'more');
  }
}

const told = histories.chain((all) => fc.tuple(arrivals(all), arrivals(all), arrivals(all)))

test('three nodes that are told a history in different orders agree, and are right', () => {
  const nodes = [new Node(), new Node(), new Node(PUTS_OFF)]
  fc.assert(
    fc.property(told, fc.integer({ min: 1, max: 8 }), (orders, perSlice) => {
      const expected = statesByTheRules(inEffect(orders[0]))
      const slices = [1, orders[1].length, perSlice]
      const [first, ...others] = nodes.map((node, index) => {
        node.clear()
        node.fold(orders[index] ?? [], slices[index] ?? 1)
        expect(node.states()).toEqual(expected)
        expect(node.astray()).toEqual([])
        return node.rows()
      })
      for (const other of others) expect(other).toEqual(first)
    }),
    { seed: SEED, numRuns: RUNS },
  )
})

test('a reset and a replay give the same state', () => {
  const node = new Node()
  fc.assert(
    fc.property(told, ([one, two]) => {
      node.reset()
      node.fold(one, 3)
      const before = node.rows()
      node.reset()
      node.fold(two, two.length)
      expect(node.rows()).toEqual(before)
    }),
    { seed: SEED, numRuns: 20 },
  )
})
