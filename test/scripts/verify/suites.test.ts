import { expect, test } from 'vitest'
import { Chance } from '../../../scripts/verify/chance.ts'
import { decoders } from '../../../scripts/verify/decoders.ts'
import { forged } from '../../../scripts/verify/forged.ts'
import { rewrite, rewriteMessage } from '../../../scripts/verify/second-route.ts'
import { partitions, simulation } from '../../../scripts/verify/simulations.ts'
import { tornWal } from '../../../scripts/verify/torn-wal.ts'
import type { Suite } from '../../../scripts/verify/suite.ts'

/** The same at full length: `npm run verify:all`. Kills have a test of their own. */
const SUITES: readonly Suite[] = [forged, decoders, tornWal, simulation, partitions]

test.each(SUITES)('$name: $law', { timeout: 240_000 }, async ({ sizes, run }) => {
  expect(await run(sizes.tests, 1, () => {})).not.toBe('')
})

test('the same seed tries the same, and another something else', () => {
  const tries = (seed: number) => {
    const chance = new Chance(seed)
    return Array.from({ length: 50 }, () => chance.damaged(Buffer.from('{"some":"text"}')).toString('hex')).join()
  }
  expect(tries(1)).toBe(tries(1))
  expect(tries(2)).not.toBe(tries(1))
})

test('the second route sorts keys by their bytes, keeps numbers as they stand, and refuses what is no JSON', () => {
  expect(rewrite('{"b": 1.0, "a": {"é": [2e5], "z": "\\u0041"}}')).toBe('{"a":{"z":"A","é":[2e5]},"b":1.0}')
  expect(rewrite('{"b"')).toBeUndefined()
  expect(rewriteMessage('{"content":{"b":1,"a":2},"author":"x"}')).toBe('{"author":"x","content":{"a":2,"b":1}}')
})
