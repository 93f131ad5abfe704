// The law of the projection of things: any order of arrival, with any repeats and in slices of any length, gives one state, and the right one.

import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Things } from '../../../src/projections/things/index.ts'
import { stateNumbered } from '../../../src/projections/things/states.ts'
import { arrivals, histories, inEffect } from './histories.ts'
import { statesByTheRules } from './rules.ts'
import type { ProjectedEntry } from '../../../src/projections/index.ts'
import type { Told } from './histories.ts'

const SEED = 20_260_106
const RUNS = 1_000

function openNode() {
  const database = new Database(':memory:')
  const things = new Things(database)
  things.reset()
  const rows = database.prepare('SELECT lower(hex(hash)) AS hash, state FROM things')
  return {
    /** Empty tables are those of a node that has folded nothing. */
    clear: () => database.exec('DELETE FROM things; DELETE FROM things_withdrawn'),
    fold(told: readonly Told[], perSlice: number): void {
      const offsets = new Map([...new Set(told)].map((one, at) => [one, at + 1]))
      for (let at = 0; at < told.length; at += perSlice) {
        for (const one of told.slice(at, at + perSlice)) {
          // As: only its place was missing.
          const entry = { ...one, offset: offsets.get(one) ?? 0 } as ProjectedEntry
          while (things.apply(entry) === 'more');
        }
        things.settle()
      }
    },
    states(): Record<string, string> {
      const all = rows.all() as { hash: string; state: number }[] // As: the columns of the statement.
      return Object.fromEntries(all.map(({ hash, state }) => [hash, stateNumbered(state)]))
    },
    reset: () => things.reset(),
  }
}

const told = histories.chain((all) => fc.tuple(arrivals(all), arrivals(all), arrivals(all)))

test('three nodes that are told a history in different orders agree, and are right', () => {
  const nodes = [openNode(), openNode(), openNode()]
  fc.assert(
    fc.property(told, fc.integer({ min: 1, max: 8 }), (orders, perSlice) => {
      const expected = statesByTheRules(inEffect(orders[0]))
      const slices = [1, perSlice, orders[2].length]
      for (const [index, node] of nodes.entries()) {
        node.clear()
        node.fold(orders[index] ?? [], slices[index] ?? 1)
        expect(node.states()).toEqual(expected)
      }
    }),
    { seed: SEED, numRuns: RUNS },
  )
})

test('a reset and a replay give the same state', () => {
  const node = openNode()
  fc.assert(
    fc.property(told, ([one, two]) => {
      node.reset()
      node.fold(one, 3)
      const before = node.states()
      node.reset()
      node.fold(two, two.length)
      expect(node.states()).toEqual(before)
    }),
    { seed: SEED, numRuns: 20 },
  )
})
