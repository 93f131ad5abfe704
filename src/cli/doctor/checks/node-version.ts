// The Node that runs this, and whether the running node is of the same version as this software.

import { ok, SHORT_MS } from '../check.ts'
import type { Check } from '../check.ts'

export const nodeVersion: Check = {
  name: 'version',
  title: 'version',
  timeoutMs: SHORT_MS,
  run: ({ version, node, runtime }) => {
    const { platform, arch, versions } = process
    const here = `egregore ${version}, Node ${versions.node}, ${platform} ${arch}`
    const running = node?.status.version ?? runtime?.version
    if (node === undefined || running === version) return ok(here)
    const found = `${here}; the running node is egregore ${running}`
    return { verdict: 'warning', found, advice: 'Restart the node, so that it runs what is installed.' }
  },
}
