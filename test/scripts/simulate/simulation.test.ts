import { describe, expect, test } from 'vitest'
import { simulate } from '../../../scripts/simulate/simulation.ts'
import { replayOf } from '../../../scripts/verify/simulations.ts'
import type { SimulationSettings } from '../../../scripts/simulate/settings.ts'

const ALL_FAULTS: Partial<SimulationSettings> = { loss: 10, partition: 8, churn: 25, byzantine: 20 }

describe('a simulation', () => {
  test('with the same seed is the same, bit for bit', () => {
    const settings = { ...ALL_FAULTS, nodes: 20, messages: 40, seed: 7 }
    const [one, again, another] = [simulate(settings), simulate(settings), simulate({ ...settings, seed: 8 })]
    expect(JSON.stringify(again)).toBe(JSON.stringify(one))
    expect(another.digest).not.toBe(one.digest)
  })

  test('without faults is between its bounds: nobody is quicker than a flood, everybody than asking', () => {
    for (const seed of [1, 2, 3]) {
      const { times, floodBound, antiEntropyBound, copies, leastBytes, payloadBytes } = simulate({
        nodes: 40,
        messages: 40,
        seed,
      })
      expect(times.p50).toBeGreaterThanOrEqual(floodBound.p50)
      expect(times.p100).toBeGreaterThanOrEqual(floodBound.p100)
      expect(times.p100).toBeLessThan(antiEntropyBound.p100)
      expect(copies.mean).toBeGreaterThan(0.9)
      expect(copies.most).toBeLessThanOrEqual(8)
      expect(payloadBytes).toBeGreaterThan(leastBytes * 0.9)
    }
  })

  test.each(['ring', 'line', 'star', 'random', 'geo'] as const)('converges on the topology %s', (topology) => {
    const summary = simulate({ topology, nodes: 15, messages: 30, loss: 5, partition: 5 })
    expect(summary.isConverged, replayOf(summary)).toBe(true)
  })

  test('converges without gossip too, and then every body comes down a stream', () => {
    const summary = simulate({ gossip: false, nodes: 30, messages: 50, loss: 10, partition: 10, churn: 10 })
    expect(summary.isConverged, replayOf(summary)).toBe(true)
    expect(summary.rejections).toBe(0)
  })

  test('finds forgers out: what they push is refused, and they are banned', () => {
    const summary = simulate({ nodes: 40, messages: 60, byzantine: 20, seed: 3 })
    expect(summary.isConverged, replayOf(summary)).toBe(true)
    expect(summary.rejections).toBeGreaterThan(0)
    expect(summary.bans).toBeGreaterThan(0)
  })

  test('that has not converged in its time says how many messages are missing', () => {
    const { isConverged, incomplete } = simulate({ nodes: 10, messages: 10, partition: 60, limit: 15 })
    expect(isConverged).toBe(false)
    expect(incomplete).toBeGreaterThan(0)
  })

  test('in which hostile nodes cut honest ones off is refused', () => {
    expect(() => simulate({ topology: 'line', nodes: 20, byzantine: 30 })).toThrow(RangeError)
  })
})

test.each([1, 2])('200 nodes converge with at most 8 copies, with a tenth lost and a partition, seed %i', (seed) => {
  const summary = simulate({ nodes: 200, messages: 40, loss: 10, partition: 10, seed })
  expect(summary.isConverged, replayOf(summary)).toBe(true)
  expect(summary.copies.most).toBeLessThanOrEqual(8)
})
