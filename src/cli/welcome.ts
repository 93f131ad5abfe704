// What a starting node says to the person in front of it: who it is, where it listens, what to do next.

import { styleText } from 'node:util'
import { DEFAULT_NETWORK_KEY } from '../config/index.ts'
import type { Config } from '../config/index.ts'
import type { Egregore } from '../egregore.ts'
import type { Runtime } from './runtime-file.ts'

/** Lines for a terminal; long the first time, short from then on. */
export function welcome(node: Egregore, config: Config, runtime: Runtime): string[] {
  const { api, gossipPort, version } = runtime
  const birth = node.isNew ? ' This is its first start: a new identity was made.' : ''
  return [
    `${styleText('bold', `egregore ${version} is running.`)}${birth}`,
    '',
    `  identity  ${node.identity.author}`,
    `  API       ${api ?? 'off (--no-api)'}`,
    `  peers     ${gossipPort === undefined ? 'off (--offline)' : `listening on port ${gossipPort}`}`,
    `  data      ${config.dataDir}`,
    ...(node.isNew ? nextSteps(api, gossipPort) : []),
    ...(config.networkKeys.includes(DEFAULT_NETWORK_KEY) && gossipPort !== undefined ? publicKeyWarning() : []),
    '',
  ]
}

function nextSteps(api: string | undefined, gossipPort: number | undefined): string[] {
  const publish = `curl -X POST ${api}/v1/publish -H "Content-Type: application/json" \\`
  const content = `  -d '{"content":{"type":"insight","title":"API Pattern","observation":"Rate limiting prevents cascade failures"}}'`
  return [
    ...(api === undefined ? [] : ['', '  Publish an insight:', `    ${publish}`, `    ${content}`]),
    ...(gossipPort === undefined
      ? []
      : ['', '  Connect another node to this one:', `    --peer <this host>:${gossipPort}`]),
  ]
}

/** capability-gate.md, "Honest words". */
function publicKeyWarning(): string[] {
  return [
    '',
    styleText(
      'yellow',
      '  A network key is the default one, which everybody knows: whoever reaches this port can join.',
    ),
    '  For a network of your own, give all its nodes the same secret: --network-key "$(openssl rand -hex 32)"',
  ]
}
