// Whether a node runs on the data directory, which process it is, and whether it answers.

import { removeRuntime } from '../../runtime-file.ts'
import { ok, SHORT_MS } from '../check.ts'
import type { Check, Finding, Patient } from '../check.ts'

export const nodeProcess: Check = {
  name: 'process',
  title: 'process',
  timeoutMs: SHORT_MS,
  run: (patient) => (patient.holder === 'free' ? withoutNode(patient) : withNode(patient, patient.holder)),
}

function withoutNode({ runtime, paths }: Patient): Finding {
  if (runtime === undefined) return ok('no node is running')
  return {
    verdict: 'warning',
    found: `no node is running; process ${runtime.pid}, started ${runtime.startedAt}, did not end in order`,
    advice: '"egregore logs" has its last words. --fix removes what it left: runtime.json.',
    mend: () => {
      removeRuntime(paths.data)
      return 'runtime.json is removed'
    },
  }
}

function withNode({ node, runtime, paths, whyNoNode }: Patient, { pid }: { pid: number | undefined }): Finding {
  const who = `process ${pid ?? 'unknown'} holds ${paths.data}`
  if (node !== undefined) return ok(`${who}, and answers at ${node.client.url}`)
  if (runtime !== undefined && runtime.pid === pid && runtime.api === undefined)
    return ok(`${who}, without API: only some checks can ask it`)
  return {
    verdict: 'failed',
    found: `${who}, and does not answer: ${whyNoNode?.message ?? 'it has not said where it listens'}`,
    advice: `It may be starting still, or hang: look at "egregore logs", ask again, or end process ${pid ?? ''} and start it anew.`,
  }
}
