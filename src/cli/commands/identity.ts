// egregore identity: who this node is.

import { Command } from 'commander'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { printFacts, printJson } from '../output.ts'
import type { IdentityData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

export function identityCommand(): Command {
  return withNodeOptions(new Command('identity').description('who this node is')).action(showIdentity)
}

async function showIdentity(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get<IdentityData>('/v1/identity')
  if (options.json) return printJson(data)
  printFacts([
    ['author', data.public_id],
    ['PeerId', data.peer_id ?? '(offline)'],
    ['X25519', data.x25519_public],
    ['addresses', (data.multiaddrs ?? []).join('\n           ')],
  ])
}
