// Whether the log's database is whole: its pages, and the messages in it.

import { existsSync } from 'node:fs'
import { inspectLogFile } from '../../../store/index.ts'
import { LONG_MS, ok, skipped } from '../check.ts'
import type { Check } from '../check.ts'

export const database: Check = {
  name: 'database',
  title: 'database',
  timeoutMs: LONG_MS,
  run: async ({ paths }, signal) => {
    if (!existsSync(paths.database)) return skipped('there is none yet')
    const { damage, broken, messages, rehashed } = await inspectLogFile(paths.database, signal)
    if (damage.length > 0)
      return { verdict: 'failed', found: `${paths.database} is damaged: ${damage[0]}`, advice: RESTORE }
    const [first] = broken
    if (first !== undefined) {
      const more = broken.length > 1 ? `, and ${broken.length - 1} more of the newest are not what they should be` : ''
      const found = `message ${first.sequence} of ${first.author} is not what was signed: its ${first.why} does not fit${more}`
      return { verdict: 'failed', found, advice: first.why === 'link' ? RESTORE : FETCH }
    }
    const all = rehashed === messages ? 'all' : `the newest ${rehashed}`
    return ok(`its pages are whole; of ${messages} messages ${all} are as they were signed and linked`)
  },
}

const FETCH =
  'The pages are whole, so the disk has changed it. A running node fetches it again from peers as soon as it meets it, and "egregore import" of an export that holds it mends it as well. Look at the disk.'

const RESTORE =
  'Stop the node and restore a backup ("egregore restore <backup> --replace"), or save what can be read ("egregore export --skip-damaged") and move the file away: peers give back what they hold. Keep it until then.'
