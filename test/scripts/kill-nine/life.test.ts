import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CYCLES_OF_A_LIFE, Life } from '../../../scripts/kill-nine/life.ts'

/** More, and other seeds: `npm run kill-nine`. */
const SEED = 1_000_004

test('a node that is killed in the middle of everything that it does loses nothing', { timeout: 240_000 }, async () => {
  const life = new Life(SEED)
  const dooms: string[] = []
  for await (const { doom, faults } of life.cycles(CYCLES_OF_A_LIFE)) {
    expect(faults).toEqual([])
    dooms.push(doom)
  }
  expect(new Set(dooms)).toEqual(
    new Set(['publish', 'ingest', 'sweep', 'memories', 'import', 'backup', 'restore', 'start']),
  )
  life.remove()
  expect(existsSync(life.directory)).toBe(false)
})
