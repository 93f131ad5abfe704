import { expect, test } from 'vitest'
import { suggestionFor } from '../../src/config/suggestion.ts'

const NAMES = ['port', 'peers', 'gossip_port', 'max_persistent_connections', 'dht']

test.each([
  ['prot', 'port'],
  ['peer', 'peers'],
  ['Peers', 'peers'],
  ['gosip_prot', 'gossip_port'],
  ['max_persistant_conections', 'max_persistent_connections'],
])('%s was meant as %s', (given, meant) => {
  expect(suggestionFor(given, NAMES)).toBe(`. Did you mean "${meant}"?`)
})

test.each(['colour', 'xyz', '', 'p'.repeat(1_000_000)])('%.10s is near to nothing', (given) => {
  expect(suggestionFor(given, NAMES)).toBe('')
})

test('without names there is nothing to suggest', () => {
  expect(suggestionFor('port', [])).toBe('')
})
