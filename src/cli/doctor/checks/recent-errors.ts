// What the node said was wrong in the last day.

import { LogReader } from '../../logs/index.ts'
import { counted, plain } from '../../output.ts'
import { ok, SHORT_MS } from '../check.ts'
import type { Check } from '../check.ts'

const DAY_MS = 86_400_000

export const recentErrors: Check = {
  name: 'log',
  title: 'log',
  timeoutMs: SHORT_MS,
  run: async ({ paths }) => {
    const reader = new LogReader(paths.log, { level: 'error', since: Date.now() - DAY_MS })
    const errors = await reader.last(Number.MAX_SAFE_INTEGER)
    await reader.close()
    const last = errors.at(-1)
    if (last === undefined) return ok('no error in the last day')
    const found = `${counted(errors.length, 'error')} in the last day, the last of them: ${plain(last.msg)}`
    return { verdict: 'warning', found, advice: '"egregore logs --level error --since 1d" shows them.' }
  },
}
