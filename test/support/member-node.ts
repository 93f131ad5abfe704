// A member of the network without protocols of ours: what a test makes of it, well-behaved or not, is its own business.

import { onTestFinished } from 'vitest'
import { capabilityOf } from '../../src/feed/index.ts'
import { Gates, Keyring } from '../../src/network/capability/index.ts'
import { startNode } from '../../src/network/node.ts'
import { Bans, Refusals } from '../../src/network/peers/index.ts'
import { openDatabase, SqliteBanStore } from '../../src/store/index.ts'
import { identityOf } from './open-log.ts'
import { SILENT } from './open-network.ts'
import type { Libp2p } from '@libp2p/interface'
import type { NodeInit } from '../../src/network/node.ts'
import type { Until } from './temporary.ts'

/** What it speaks besides, and when it is stopped: when the test ends. */
interface MemberInit extends Pick<NodeInit, 'gossip'> {
  until?: Until | undefined
}

/** Listens on a free port of the loopback interface. Bans nobody. */
export async function memberNode(seed: number, { until = onTestFinished, ...init }: MemberInit = {}): Promise<Libp2p> {
  const gates = new Gates()
  const node = await startNode({
    identity: identityOf(seed),
    keyring: new Keyring([capabilityOf('a test network')], Date.now),
    gates,
    bans: new Bans(new SqliteBanStore(openDatabase(':memory:')), Date.now),
    refusals: new Refusals(gates, Date.now),
    host: '127.0.0.1',
    port: 0,
    connectionsMax: 32,
    agent: '0.0.0',
    logger: SILENT,
    ...init,
  })
  until(() => node.stop())
  return node
}
