// A member of the network with a gossipsub of its own settings: it says what its test wants, where it wants, and repeats what it hears.

import { gossipsub, StrictNoSign } from '@chainsafe/libp2p-gossipsub'
import { multiaddr } from '@multiformats/multiaddr'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { ProtobufWriter } from '../../../src/network/protobuf.ts'
import { memberNode } from '../../support/member-node.ts'
import type { GossipSub, GossipSubComponents, StrictSign } from '@chainsafe/libp2p-gossipsub'
import type { Libp2p } from '@libp2p/interface'
import type { Pubsub } from '../../../src/network/gossip/pubsub.ts'
import type { Until } from '../../support/temporary.ts'

/** The topic of the network that tests run in. */
export const TOPIC = `/egregore/${discriminatorOf(capabilityOf('a test network'))}/feed/1`

export interface RawGossiper {
  libp2p: Libp2p
  pubsub: GossipSub
  peerId: string
  /** Data heard on the network's topic. */
  heard: Uint8Array[]
  dial(address: string): Promise<void>
  say(data: Uint8Array): Promise<void>
  /** Sends messages as they stand, to the one peer there is, whether it asked for their topics or not. */
  force(...messages: readonly { topic: string; data: Uint8Array }[]): Promise<void>
}

/** Whether it signs, and when it is stopped: when the test ends. */
interface RawGossiperInit {
  policy?: typeof StrictSign | typeof StrictNoSign
  until?: Until | undefined
}

/** Subscribed to the network's topic. */
export async function rawGossiper(
  seed: number,
  { policy = StrictNoSign, until }: RawGossiperInit = {},
): Promise<RawGossiper> {
  let pubsub: GossipSub | undefined
  const service = (components: GossipSubComponents): Pubsub => {
    pubsub = gossipsub({
      globalSignaturePolicy: policy,
      floodPublish: true,
      allowPublishToZeroTopicPeers: true,
      ignoreDuplicatePublishError: true,
    })(components)
    return pubsub as Pubsub // The class behind it has what this type adds.
  }
  const libp2p = await memberNode(seed, { gossip: { service }, until })
  if (pubsub === undefined) throw new Error('libp2p has not asked for the service.')
  const { publish } = pubsub
  const heard: Uint8Array[] = []
  pubsub.addEventListener('message', ({ detail }) => void heard.push(detail.data))
  pubsub.subscribe(TOPIC)
  return {
    libp2p,
    pubsub,
    peerId: libp2p.peerId.toString(),
    heard,
    dial: async (address) => {
      const [host, port] = address.split(':')
      await libp2p.dial(multiaddr(`/ip4/${host}/tcp/${port}`))
    },
    say: async (data) => void (await publish.call(pubsub, TOPIC, data)),
    force: async (...messages) => {
      const stream = await libp2p.getConnections()[0]?.newStream('/meshsub/1.2.0')
      const writer = new ProtobufWriter()
      const rpc = writer.finishPrefixed(() => {
        for (const { topic, data } of messages) {
          writer.message(2, () => {
            writer.bytes(2, data)
            writer.bytes(4, Buffer.from(topic))
          })
        }
      })
      stream?.send(rpc)
    },
  }
}
