// egregore peers: whom this node knows, and how it goes with them.

import { Command } from 'commander'
import { authorCell, authorLine } from '../authors.ts'
import { nodeOf, withNodeOptions } from '../node-options.ts'
import { age, plain, print, printFacts, printJson, printTable } from '../output.ts'
import type { PeerData, PeerReportData } from '../../api/index.ts'
import type { NodeOptions } from '../node-options.ts'

const EXAMPLES = `
Examples:
  $ egregore peers list
  $ egregore peers add 192.168.1.7:7655
  $ egregore peers why 192.168.1.7:7655
  $ egregore peers remove 192.168.1.7:7655
  $ egregore peers unban 12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5`

export function peersCommand(): Command {
  const peers = new Command('peers').description('peers that this node knows')
  peers.addCommand(withNodeOptions(new Command('list').description('all peers and their state')).action(listPeers), {
    isDefault: true,
  })
  peers.addCommand(
    withNodeOptions(new Command('add').description('add a peer and dial it now'))
      .argument('<address>', 'host:port or multiaddr')
      .action(addPeer),
  )
  peers.addCommand(
    withNodeOptions(new Command('remove').description('forget a peer and hang up'))
      .argument('<address>', 'as "egregore peers" shows it')
      .action(removePeer),
  )
  peers.addCommand(
    withNodeOptions(new Command('why').description('why a peer is connected, or is not'))
      .argument('<peer>', 'address, peer_id or public_id')
      .action(explainPeer),
  )
  peers.addCommand(
    withNodeOptions(new Command('unban').description('let a banned peer connect again'))
      .argument('<peer_id>', 'as "egregore status" and --json show it')
      .action(unbanPeer),
  )
  return peers.addHelpText('after', EXAMPLES)
}

async function listPeers(options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/peers')
  if (options.json) return printJson(data)
  if (data.length === 0) return print('No peers yet. Add one with "egregore peers add host:port".')
  printTable(['ADDRESS', 'STATE', 'PATH', 'SOURCE', 'AUTHOR', 'LATENCY', 'WHY NOT'], data.map(rowOf))
}

function rowOf(peer: PeerData): string[] {
  return [
    peer.address,
    peer.state,
    peer.path ?? '',
    peer.source,
    authorCell(peer.public_id ?? '', peer.author_name),
    peer.latency_ms === undefined ? '' : `${peer.latency_ms} ms`,
    plain(whyNot(peer)),
  ]
}

function whyNot({ ban, last_error: lastError = '' }: PeerData): string {
  return ban === undefined ? lastError : `for ${timeUntil(ban.until)} more: ${ban.code}`
}

/** As {@link age} says it. */
function timeUntil(time: string): string {
  return age(new Date().toISOString(), Date.parse(time))
}

async function addPeer(address: string, options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).post('/v1/peers', { body: { address } })
  if (options.json) return printJson(data)
  print(`added ${data.address}; "egregore peers" shows how it goes`)
}

async function removePeer(address: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete('/v1/peers/{address}', { params: { address } })
  if (options.json) return printJson({ removed: address })
  print(`removed ${address}`)
}

async function explainPeer(peer: string, options: NodeOptions): Promise<void> {
  const { data } = await (await nodeOf(options)).get('/v1/mesh/{peer}', { params: { peer } })
  if (options.json) return printJson(data)
  const { verdict, summary, advice, attempts } = data
  printFacts([
    [
      'peer',
      data.public_id === undefined
        ? data.address
        : authorLine({ author: data.public_id, author_name: data.author_name }),
    ],
    ['peer id', data.peer_id ?? 'not known: it was never connected'],
    ['addresses', plain(data.addresses.join(' '))],
    ['verdict', `${verdict.replaceAll('_', ' ')}: ${plain(summary)}`],
    ['what to do', advice === '' ? 'nothing' : plain(advice)],
  ])
  if (attempts.length === 0) return print('No address of it was dialled since this node started.')
  print()
  printTable(['DIALLED', 'WHEN', 'OUTCOME', 'WHY'], attempts.map(attemptRow))
}

function attemptRow({ address, time, outcome, reason = '' }: PeerReportData['attempts'][number]): string[] {
  return [plain(address), `${age(time, Date.now())} ago`, outcome.replaceAll('_', ' '), plain(reason)]
}

async function unbanPeer(peerId: string, options: NodeOptions): Promise<void> {
  await (await nodeOf(options)).delete('/v1/bans/{peer_id}', { params: { peer_id: peerId } })
  if (options.json) return printJson({ unbanned: peerId })
  print(`${peerId} may connect again`)
}
