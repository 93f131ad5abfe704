// Two nodes without a network: real logs in memory, the drivers of both roles, and a stream pair between them.

import { TRIE_FEEDS_MIN } from '../../../src/network/replicate/constants.ts'
import { PeerShares } from '../../../src/network/replicate/peer-shares.ts'
import { CreditPool } from '../../../src/network/replicate/puller/credit.ts'
import { InFlight } from '../../../src/network/replicate/puller/in-flight.ts'
import { pull } from '../../../src/network/replicate/puller/pull.ts'
import { KnownLists, ToldLists } from '../../../src/network/replicate/scope.ts'
import { serve } from '../../../src/network/replicate/server/serve.ts'
import { StorageBudgets } from '../../../src/network/replicate/storage-budgets.ts'
import { noTraffic } from '../../../src/network/replicate/traffic.ts'
import { Tries } from '../../../src/network/replicate/trie/tries.ts'
import { SqlitePullStore } from '../../../src/store/index.ts'
import { openLog } from '../../support/open-log.ts'
import { wirePair } from './wire-pair.ts'
import type { Live } from '../../../src/network/replicate/frames/frames.ts'
import type { Hint, Round } from '../../../src/network/replicate/puller/puller-steps.ts'
import type { Traffic } from '../../../src/network/replicate/traffic.ts'
import type { Wire } from '../../../src/network/replicate/wire.ts'
import type { OpenLog } from '../../support/open-log.ts'
import type { WirePair } from './wire-pair.ts'

/** A node: its log, and what it remembers of servers. */
export interface TestNode extends OpenLog {
  name: string
  pullStore: SqlitePullStore
  toldLists: ToldLists
  knownLists: KnownLists
  tries: Tries
  inFlight: InFlight
}

/** A node whose feed has this seed; `trieFrom`: with so many feeds, tries are used. */
export function nodeOf(seed: number, { trieFrom = TRIE_FEEDS_MIN } = {}): TestNode {
  const open = openLog({ seed })
  const pullStore = new SqlitePullStore(open.database)
  const tries = new Tries({ log: open.log, salt: seed.toString(16).padStart(16, '0'), feedsMin: trieFrom })
  const lists = { toldLists: new ToldLists(), knownLists: new KnownLists() }
  return { ...open, name: `peer-${seed}`, pullStore, ...lists, tries, inFlight: new InFlight() }
}

interface PullInit {
  live?: 0 | Live
  isFull?: boolean
  wires?: WirePair
  pool?: CreditPool
  shares?: PeerShares
  budgets?: StorageBudgets
  signal?: AbortSignal
  onRound?: (round: Round) => void
  listen?: (hear: (hint: Hint) => void) => void
}

/** What a pull was, and how it ended on both sides. */
export interface Pull {
  rounds: Round[]
  traffic: Traffic
  wires: WirePair
  /** Undefined when it ended in order. */
  pullerError: unknown
  serverError: unknown
}

/** Pulls from `from` into `to` until the stream ends. Never rejects. */
export async function pullBetween(to: TestNode, from: TestNode, init: PullInit = {}): Promise<Pull> {
  const wires = init.wires ?? wirePair()
  const traffic = noTraffic()
  const rounds: Round[] = []
  const serving = serveOver(wires.server, from, { peer: to.name })
  const pulling = pullOver(wires.puller, to, {
    ...init,
    peer: from.name,
    traffic,
    onRound: (round) => {
      rounds.push(round)
      init.onRound?.(round)
    },
  })
  const [pullerError, serverError] = await Promise.all([pulling, serving])
  return { rounds, traffic, wires, pullerError, serverError }
}

/** Lets `node` pull over one end of a stream. Resolves with what went wrong, or undefined. */
export function pullOver(
  wire: Wire,
  node: TestNode,
  init: PullInit & { peer?: string; traffic?: Traffic } = {},
): Promise<unknown> {
  return pull({
    open: async () => wire,
    log: node.log,
    pullStore: node.pullStore,
    pool: init.pool ?? new CreditPool(),
    inFlight: node.inFlight,
    toldLists: node.toldLists,
    tries: node.tries,
    peer: init.peer ?? 'a server',
    live: () => init.live ?? 0,
    listen: init.listen ?? nothing,
    shares: init.shares ?? new PeerShares(),
    budgets: init.budgets ?? new StorageBudgets({ authorBytes: 1e9, peerBytes: 1e9 }),
    isFull: init.isFull ?? false,
    clock: () => node.clock.now,
    traffic: init.traffic ?? noTraffic(),
    onRound: init.onRound ?? nothing,
    onMessages: nothing,
    signal: init.signal ?? new AbortController().signal,
  }).then(nothing, (error: unknown) => error)
}

/** Lets `node` serve one end of a stream. Resolves with what went wrong, or undefined. */
export function serveOver(
  wire: Wire,
  node: TestNode,
  init: { peer?: string; shares?: PeerShares; signal?: AbortSignal } = {},
): Promise<unknown> {
  return serve({
    wire,
    log: node.log,
    peer: init.peer ?? 'a puller',
    shares: init.shares ?? new PeerShares(),
    isPushed: () => false,
    lists: node.knownLists,
    tries: node.tries,
    clock: () => node.clock.now,
    traffic: noTraffic(),
    signal: init.signal ?? new AbortController().signal,
  }).then(nothing, (error: unknown) => error)
}

function nothing(): undefined {
  return undefined
}

/** The roots of both logs, as hex. */
export async function rootsOf(...nodes: readonly TestNode[]): Promise<string[]> {
  const roots = await Promise.all(nodes.map(({ log }) => log.root()))
  return roots.map(({ count, root }) => `${count}:${Buffer.from(root).toString('hex')}`)
}
