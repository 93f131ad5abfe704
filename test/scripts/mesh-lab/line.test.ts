import { describe, expect, test } from 'vitest'
import { Line, QUEUE_MS_MAX } from '../../../scripts/mesh-lab/line.ts'
import { seededRandom } from '../../../scripts/seeded-random.ts'
import type { LineSettings } from '../../../scripts/mesh-lab/line.ts'

/** When frames of 125 bytes arrive that are sent one in each millisecond. */
function arrivals(settings: LineSettings, { frames = 1_000, seed = 1 } = {}): (number | undefined)[] {
  const line = new Line(seededRandom(seed))
  return Array.from({ length: frames }, (_, now) => line.arrival(125, now, settings))
}

const came = (times: (number | undefined)[]) => times.filter((time) => time !== undefined)

describe('a line', () => {
  test('without settings has no fault', () => {
    expect(arrivals({}, { frames: 3 })).toEqual([0, 1, 2])
  })

  test('of delay lets every frame arrive so much later', () => {
    expect(arrivals({ delayMs: 50 }, { frames: 3 })).toEqual([50, 51, 52])
  })

  test('of loss loses that share', () => {
    expect(came(arrivals({ loss: 0.1 })).length).toBeGreaterThan(860)
    expect(came(arrivals({ loss: 0.1 })).length).toBeLessThan(940)
    expect(came(arrivals({ loss: 1 }))).toEqual([])
  })

  test('of jitter varies the delay and keeps the order', () => {
    const times = came(arrivals({ delayMs: 5, jitterMs: 20 }))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.every((time, sent) => time >= sent + 5 && time <= sent + 25)).toBe(true)
    expect(new Set(times.map((time, sent) => Math.floor(time - sent))).size).toBeGreaterThan(5)
  })

  test('on which frames overtake changes their order', () => {
    const times = came(arrivals({ delayMs: 10, overtaking: 0.1 }))
    expect(times).not.toEqual(times.toSorted((a, b) => a - b))
  })

  test('of a rate sends one frame after the other, and loses what would wait too long', () => {
    // Two milliseconds for each frame, so it falls behind by one with each.
    const times = arrivals({ rate: 500_000 })
    expect(times.slice(0, 3)).toEqual([2, 4, 6])
    expect(times.indexOf(undefined)).toBe(QUEUE_MS_MAX - 1)
    expect(came(times).every((time, index) => index === 0 || time >= index)).toBe(true)
  })

  test('has the same luck with the same seed, and another with another', () => {
    const settings = { loss: 0.2, delayMs: 5, jitterMs: 5, overtaking: 0.1 }
    expect(arrivals(settings)).toEqual(arrivals(settings))
    expect(arrivals(settings)).not.toEqual(arrivals(settings, { seed: 2 }))
  })

  test('of other settings loses the same frames and more', () => {
    const [few, many] = [arrivals({ loss: 0.1 }), arrivals({ loss: 0.2, delayMs: 3 })]
    expect(few.every((time, index) => time !== undefined || many[index] === undefined)).toBe(true)
  })
})
