// From where others have got in: the verdict of the running node.

import { counted } from '../../output.ts'
import { ok, SHORT_MS, skipped } from '../check.ts'
import type { StatusData } from '../../../api/index.ts'
import type { Check, Finding } from '../check.ts'

export const reach: Check = {
  name: 'reach',
  title: 'reach',
  timeoutMs: SHORT_MS,
  run: ({ node }) =>
    node === undefined ? skipped('no node answers: only a running one knows') : findingOf(node.status),
}

function findingOf({ reach, network }: StatusData): Finding {
  switch (reach?.reachable) {
    case 'direct':
      return ok('reached from the Internet')
    case 'relayed':
      return ok(`reached through ${counted(reach.relays.length, 'relay')}: the router lets nobody in by itself`)
    case 'lan':
      return ok('reached from the LAN; from outside nobody has come in yet')
    case undefined:
      return skipped('the node has no network')
    case 'unknown':
      return skipped(
        `nobody has come in yet, so it cannot be told${network.default_key ? '; the public network uses no relays' : ''}`,
      )
  }
}
