// A mesh to play with: nodes on hosts of their own on one Linux machine, over lines as bad as you like. `npx node scripts/mesh-lab.ts --help`

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { whyNoLab } from './mesh-lab/allowed.ts'
import { COMMANDS, obey } from './mesh-lab/commands.ts'
import { makeLab } from './mesh-lab/lab.ts'
import { readLine } from './mesh-lab/line-words.ts'
import type { Lab } from './mesh-lab/lab.ts'

const HELP = `Usage: npx node scripts/mesh-lab.ts [options] [-- flags for every node]

Makes hosts in network namespaces of their own on this Linux machine, a switch between them, and a node on each host.
Needs root or user namespaces, /dev/net/tun, perl, and the programs of util-linux and iproute2; Debian has them all.
Nothing is left behind, however it ends.

  --hosts <count>     hosts, each with a node (4)
  --peers <shape>     who knows whom from the start: line, star, all or none (line)
  --line <settings>   of every line between two hosts, such as loss=5,delay=50,jitter=10,overtaking=1,rate=10:
                      percent, milliseconds, milliseconds, percent, megabits a second (without a fault)
  --routers <list>    hosts that stand behind a home router, such as 2,3: they reach everybody, nobody reaches them first
  --seed <number>     for all chance on the lines (1)
  --no-nodes          only hosts and network
  --help

While it runs it reads commands:
${COMMANDS}

Example: npx node scripts/mesh-lab.ts --hosts 5 --peers all --line loss=5,delay=50 -- --network-key lab`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '4' },
    peers: { type: 'string', default: 'line' },
    line: { type: 'string', default: '' },
    routers: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    'no-nodes': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(HELP)
else await main()

async function main(): Promise<void> {
  const signalled = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => signalled.abort())
  const reason = whyNoLab()
  if (reason !== undefined) {
    console.error(`No lab can be made here. ${reason}`)
    process.exitCode = 1
    return
  }
  const line = readLine(words(values.line))
  const behindRouter = words(values.routers).map(Number)
  const lab = await makeLab({ hosts: Number(values.hosts), behindRouter, seed: Number(values.seed), line })
  try {
    if (values['no-nodes']) for (const { name, outsideAddress } of lab.hosts) console.log(`${name}  ${outsideAddress}`)
    else await startNodes(lab)
    await converse(lab, signalled.signal)
  } finally {
    await lab.close()
  }
}

function words(list: string): string[] {
  return list.split(',').filter((word) => word !== '')
}

async function startNodes(lab: Lab): Promise<void> {
  for (const [index, host] of lab.hosts.entries()) {
    const peers = peersOf(index).flatMap((peer) => ['--peer', lab.host(peer).peerAddress])
    const { api, address } = await host.start([...peers, ...positionals])
    console.log(`${host.name}  peers: ${address}  API from here: ${api}`)
  }
}

/** Whom a host dials; the others dial it. */
function peersOf(index: number): number[] {
  if (index === 0 || values.peers === 'none') return []
  if (values.peers === 'line') return [index - 1]
  if (values.peers === 'star') return [0]
  if (values.peers === 'all') return Array.from({ length: index }, (_, peer) => peer)
  throw new Error(`--peers ${values.peers} is none of line, star, all and none.`)
}

/** Until "quit", Ctrl-C, a signal, or the end of the input. */
async function converse(lab: Lab, signal: AbortSignal): Promise<void> {
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: 'lab> ', signal })
  input.once('SIGINT', () => input.close())
  input.prompt()
  for await (const said of input) {
    if (said.trim() === 'quit') break
    console.log(await obey(lab, said))
    input.prompt()
  }
}
