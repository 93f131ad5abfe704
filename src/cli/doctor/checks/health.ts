// What the running node itself says is wrong with it, its hooks included.

import { counted } from '../../output.ts'
import { ok, SHORT_MS, skipped } from '../check.ts'
import type { Check, Finding } from '../check.ts'

export const health: Check = {
  name: 'health',
  title: 'health',
  timeoutMs: SHORT_MS,
  run: ({ node }) => {
    if (node === undefined) return skipped('no node answers')
    const { health, hooks, forks } = node.status
    const findings = [
      ...health.reasons.map(
        (found): Finding => ({ verdict: 'failed', found, advice: '"egregore logs --level warn" has the details.' }),
      ),
      ...hooks.flatMap(({ name, dead_letters: letters, last_error: error }): Finding[] =>
        letters === 0
          ? []
          : [
              {
                verdict: 'warning',
                about: `hook ${name}`,
                found: `it failed for ${counted(letters, 'message')}${error === undefined ? '' : `, lately because: ${error.reason}`}`,
                advice: `"egregore hooks letters ${name}" shows them, and "egregore hooks retry" tries again.`,
              },
            ],
      ),
    ]
    if (findings.length > 0) return findings
    return ok(
      `well${forks.length === 0 ? '' : `; forked: ${counted(forks.length, 'feed')} of others`}, ${counted(node.status.message_count, 'message')} in ${counted(node.status.feed_count, 'feed')}`,
    )
  },
}
