// The gossipsub service: its settings, and a door in front of it for what its own settings cannot keep out.

import { hash as digest } from 'node:crypto'
import { gossipsub, StrictNoSign } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import {
  FLOOD_RATE,
  MESH_DEGREE,
  MESSAGE_ID_BYTES,
  RATES_KEPT_MAX,
  REJECTED_DECAY,
  REJECTED_WEIGHT,
  SEEN_MS,
  UNSENT_BYTES_MAX,
} from './constants.ts'
import { Rates } from './rates.ts'
import type { GossipSub, GossipSubComponents, PublishResult } from '@chainsafe/libp2p-gossipsub'
import type { RPC } from '@chainsafe/libp2p-gossipsub/message'
import type { PeerId } from '@libp2p/interface'

/** The service, with what its class has beyond its interface. */
export type Pubsub = GossipSub & {
  handleReceivedRpc(from: PeerId, rpc: RPC): Promise<void>
  publish(topic: string, data: Uint8Array, options: { floodPublish: boolean }): Promise<PublishResult>
}

export interface PubsubInit {
  /** Of messages. */
  topic: string
  /** Spoken beside it. */
  others?: readonly string[]
  /** Milliseconds since 1970. */
  clock: () => number
  /** Called for each message of any topic that comes, copies included, and with why it is dropped at the door, if it is. */
  onMessage: (topic: string, dropped: DropReason | undefined) => void
}

/** `flood`: the peer sends too much. `topic`: it belongs to another network. `fields`: it has gossipsub fields that the topic has no use for. */
export type DropReason = 'flood' | 'topic' | 'fields'

/** protocols/gossip/1/spec.md §3. */
export function openPubsub(
  components: GossipSubComponents,
  { topic, others = [], clock, onMessage }: PubsubInit,
): Pubsub {
  const topics = [topic, ...others]
  const service = gossipsub({
    ...MESH_DEGREE,
    allowedTopics: topics,
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: ({ data }) => digest('sha256', data, 'buffer').subarray(0, MESSAGE_ID_BYTES),
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    runOnLimitedConnection: true,
    seenTTL: SEEN_MS,
    maxOutboundBufferSize: UNSENT_BYTES_MAX,
    scoreParams: {
      // Many nodes behind one address are common; our own limits for each address stand elsewhere.
      IPColocationFactorWeight: 0,
      topics: Object.fromEntries(topics.map((spoken) => [spoken, TOPIC_SCORE])),
    },
  })(components) as Pubsub // The factory makes the class, which has these methods, and names only its interface.
  const rates = new Rates(FLOOD_RATE, RATES_KEPT_MAX)
  const handle = service.handleReceivedRpc.bind(service)
  service.handleReceivedRpc = (from, rpc) => {
    const reasonToDrop = (message: RPC.Message): DropReason | undefined => {
      if (!topics.includes(message.topic)) return 'topic'
      if (!isPlain(message)) return 'fields'
      return rates.take(from.toString(), clock()) ? undefined : 'flood'
    }
    const messages = rpc.messages.filter((message) => {
      const dropped = reasonToDrop(message)
      onMessage(message.topic, dropped)
      return dropped === undefined
    })
    return handle(from, { ...rpc, messages })
  }
  return service
}

/** gossipsub itself forwards a field `from` of any size that it does not look at. */
function isPlain({ from, seqno, signature, key }: RPC.Message): boolean {
  return from === undefined && seqno === undefined && signature === undefined && key === undefined
}

/** Only what is wrong counts. A quiet network would make every peer look like one that withholds messages. */
const TOPIC_SCORE = createTopicScoreParams({
  topicWeight: 1,
  timeInMeshWeight: 0,
  firstMessageDeliveriesWeight: 0,
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  invalidMessageDeliveriesWeight: REJECTED_WEIGHT,
  invalidMessageDeliveriesDecay: REJECTED_DECAY,
})
