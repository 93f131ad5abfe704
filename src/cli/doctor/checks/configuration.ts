// Whether the configuration would be accepted by a start, and what of it has no effect.

import { DEFAULT_NETWORK_KEY } from '../../../config/index.ts'
import { ok, SHORT_MS } from '../check.ts'
import type { Check } from '../check.ts'

export const configuration: Check = {
  name: 'configuration',
  title: 'configuration',
  timeoutMs: SHORT_MS,
  run: ({ settings }) => {
    if (settings instanceof Error) {
      return {
        verdict: 'failed',
        found: settings.message,
        advice: 'Correct it; "egregore config validate" looks at the file alone.',
      }
    }
    const { config, used } = settings
    const where = config.file === undefined ? 'no file' : config.file.path
    const network = config.networkKey === DEFAULT_NETWORK_KEY ? 'the public network' : 'a network of your own'
    const found = `${where}; ${used.size} settings are not the default; ${network}`
    const idle = config.file?.withoutEffect ?? []
    if (idle.length === 0) return ok(found)
    return {
      verdict: 'warning',
      found: `${found}; without effect here: ${idle.join(', ')}`,
      advice: 'Remove these keys: they belong to the original.',
    }
  },
}
