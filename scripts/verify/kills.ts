// kill -9, as `npm run kill-nine` does it, as one of the suites.

import { CYCLES_OF_A_LIFE, Life, lifeSeed } from '../kill-nine/life.ts'
import { Counts } from './suite.ts'
import type { Suite } from './suite.ts'

export const kills: Suite = {
  name: 'kill-nine',
  of: 'kills',
  law: 'nothing acknowledged is lost, no chain is broken, no feed forked, no backup half',
  sizes: { tests: CYCLES_OF_A_LIFE, long: 2_000 },
  run: async (size, seed, reached) => {
    const counts = new Counts()
    for (let done = 0; done < size; done += CYCLES_OF_A_LIFE) {
      const life = new Life(lifeSeed(seed, 1 + done / CYCLES_OF_A_LIFE))
      for await (const { doom, killedAfterMs, faults } of life.cycles(size - done)) {
        const again = `npm run kill-nine -- --seed ${seed} --life ${1 + done / CYCLES_OF_A_LIFE}`
        if (faults.length > 0)
          throw new Error(`${doom}, killed after ${killedAfterMs} ms: ${faults.join('\n')}\n${again}`)
        counts.add(doom)
      }
      life.remove()
      reached(done)
    }
    return counts.text
  },
}
