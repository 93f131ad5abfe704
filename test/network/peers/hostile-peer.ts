// A member of the network that speaks replicate as its test says: the stranger within.

import { multiaddr } from '@multiformats/multiaddr'
import { REPLICATE_PROTOCOL } from '../../../src/network/replicate/index.ts'
import { wireFrom } from '../../../src/network/replicate/wire.ts'
import { memberNode } from '../../support/member-node.ts'
import { ScriptedPeer } from '../replicate/scripted-peer.ts'
import type { Libp2p, Stream } from '@libp2p/interface'
import type { Until } from '../../support/temporary.ts'

/** How it serves: what it says on a stream that was opened to it. */
export type Script = (peer: ScriptedPeer, stream: Stream) => Promise<void> | void

export interface HostilePeer {
  libp2p: Libp2p
  peerId: string
  /** As another node's peer. */
  address: string
  /** Streams that were opened to it. */
  served: number
  /** Connects, if it is not connected. */
  dial(address: string): Promise<void>
  /** Opens a stream as a puller, over a connection that is made when there is none. */
  open(address: string): Promise<ScriptedPeer>
}

/** Says nothing to whoever opens a stream. */
export const silence: Script = () => {}

/** @param until - when it is stopped: when the test ends */
export async function hostilePeer(seed: number, serve = silence, until?: Until): Promise<HostilePeer> {
  const libp2p = await memberNode(seed, { until })
  const dial = (address: string) => libp2p.dial(multiaddrOf(address))
  const hostile: HostilePeer = {
    libp2p,
    peerId: libp2p.peerId.toString(),
    address:
      libp2p
        .getMultiaddrs()[0]
        ?.toString()
        .split('/p2p/')[0]
        ?.replace(/^.ip4.(.*).tcp.(.*)$/, '$1:$2') ?? '',
    served: 0,
    dial: async (address) => void (await dial(address)),
    open: async (address) => {
      const connection = await dial(address)
      return new ScriptedPeer(wireFrom(await connection.newStream(REPLICATE_PROTOCOL, { maxOutboundStreams: 1_000 })))
    },
  }
  await libp2p.handle(
    REPLICATE_PROTOCOL,
    (stream) => {
      hostile.served++
      // A test that ends cuts whatever is being said.
      void Promise.resolve(serve(new ScriptedPeer(wireFrom(stream)), stream)).catch(() => {})
    },
    { maxInboundStreams: 1_000 },
  )
  return hostile
}

function multiaddrOf(address: string) {
  const [host, port] = address.split(':')
  return multiaddr(`/ip4/${host}/tcp/${port}`)
}
