// egregore mesh: how it goes with each peer, in one table.

import { Command } from 'commander'
import { authorCell } from '../authors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { age, plain, print, printJson, printTable } from '../output.ts'
import type { MeshPeerData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

export function meshCommand(): Command {
  return withNodeOptions(new Command('mesh').description('how it goes with each peer'))
    .addHelpText('after', '\nExample:\n  $ egregore mesh --json')
    .action(showMesh)
}

async function showMesh(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/mesh')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('No peers yet. Add one with "egregore peers add host:port".')
  printTable(['AUTHOR', 'STATE', 'PATH', 'LATENCY', 'LAG', 'SEEN', 'ADDRESS'], data.map(rowOf))
}

function rowOf(peer: MeshPeerData): string[] {
  const { path = '', latency_ms: latency, lag, last_contact: seen } = peer
  return [
    authorCell(peer.public_id ?? '?', peer.author_name),
    peer.older_key ? `${peer.state} (older key)` : peer.state,
    path,
    latency === undefined ? '' : `${latency} ms`,
    lag === undefined ? '' : String(lag),
    seen === undefined ? 'never' : age(seen, Date.now()),
    plain(peer.addresses.join(' ')),
  ]
}
