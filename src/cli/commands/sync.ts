// egregore sync: how far this node is from holding what its peers hold; --wait stays until it does.

import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { CliError } from '../errors.ts'
import { nodeOf, parseCount, withNodeOptions } from '../node-options.ts'
import { age, counted, plain, print, printJson, printTable } from '../output.ts'
import { Progress } from '../progress.ts'
import { isInStep, nameOf, Pace, waitingFor } from '../standing.ts'
import type { MeshPeerData } from '../../api/index.ts'
import type { NodeClient } from '../client.ts'
import type { NodeOptions } from '../node-options.ts'
import type { Standing } from '../standing.ts'

interface SyncOptions extends NodeOptions {
  wait?: true
  timeout: number
  quiet?: true
}

/** How often the node is asked: a script waits hardly longer than it must, and the node does not notice. */
const LOOK_AGAIN_MS = 200

const EXAMPLES = `
Examples:
  $ egregore sync
  $ egregore sync --wait --timeout 30 && egregore search rate limiting
  $ egregore sync --wait --quiet || echo "not in step: $?"`

export function syncCommand(): Command {
  return withNodeOptions(new Command('sync').description('how far this node is from holding what its peers hold'))
    .option('--wait', 'until it holds all that its connected peers told of, and has read it')
    .option('--timeout <seconds>', 'with --wait: then exit with 6, and say who lags and why', parseCount, 60)
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(sync)
}

async function sync(options: SyncOptions): Promise<void> {
  const node = await nodeOf(options)
  const standing = await (options.wait ? awaitStep(node, options) : standingOf(node))
  if (options.json) return printJson({ in_step: isInStep(standing), ...standing })
  if (options.wait) return print('in step with every connected peer')
  if (standing.peers.length === 0) return print('No peers yet. Add one with "egregore peers add host:port".')
  printTable(['PEER', 'STATE', 'PATH', 'LEFT', 'IN STEP', 'WHY NOT'], standing.peers.map(rowOf))
  for (const { name, lag } of standing.projections) if (lag > 0) print(`${name} has ${counted(lag, 'message')} to read`)
}

async function standingOf(node: NodeClient): Promise<Standing> {
  const [mesh, status] = await Promise.all([node.get('/v1/mesh'), node.get('/v1/status')])
  if (status.data.gossip_port === undefined) {
    throw new CliError(1, 'NETWORK_OFF', 'This node runs with --offline: there is nobody to be in step with.')
  }
  return { peers: mesh.data, projections: status.data.projections }
}

async function awaitStep(node: NodeClient, { timeout, quiet, json }: SyncOptions): Promise<Standing> {
  const progress = new Progress({ isQuiet: quiet === true || json === true })
  const pace = new Pace()
  const patience = AbortSignal.timeout(timeout * 1000)
  try {
    for (;;) {
      const standing = await standingOf(node)
      if (isInStep(standing)) return standing
      const lines = waitingFor(standing, pace)
      if (patience.aborted) throw timedOut(timeout, lines)
      progress.show(() => lines)
      await pause(LOOK_AGAIN_MS)
    }
  } finally {
    progress.end()
  }
}

function timedOut(seconds: number, lines: readonly string[]): CliError {
  return new CliError(6, 'SYNC_TIMED_OUT', [`Not in step after ${seconds} s:`, ...lines].join('\n  '))
}

function rowOf(peer: MeshPeerData): string[] {
  const { state, path = '', lag, last_round: lastRound, last_error: lastError = '' } = peer
  const left = lag === undefined ? '' : String(lag)
  return [
    nameOf(peer),
    state,
    path,
    left,
    lastRound === undefined ? 'not yet' : `${age(lastRound, Date.now())} ago`,
    plain(lastError),
  ]
}
