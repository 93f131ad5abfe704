// Attacks by members: they hold the network key, and pass the gate.

import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { keyFromAuthor } from '../../../src/feed/index.ts'
import { PAYLOAD_BYTES_MAX } from '../../../src/network/gossip/constants.ts'
import { encodePayload } from '../../../src/network/gossip/payload.ts'
import { encodeFrame } from '../../../src/network/replicate/frames/encode-frame.ts'
import { REPLICATE_PROTOCOL } from '../../../src/network/replicate/index.ts'
import { rawGossiper, TOPIC } from '../../network/gossip/raw-gossiper.ts'
import { hostilePeer, silence } from '../../network/peers/hostile-peer.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { Frame } from '../../../src/network/replicate/frames/frames.ts'
import type { Script } from '../../network/peers/hostile-peer.ts'
import type { ScriptedPeer } from '../../network/replicate/scripted-peer.ts'
import type { Attack } from './attack.ts'

const STORE = '0123456789abcdef'
const CURSOR = { offset: 1, check: '0123456789abcdef' }
const TELLING: Frame = { kind: 'have', store: STORE, cursor: CURSOR }

/** Between two tries of whoever is hung up on. */
const BREATH_MS = 50

/** Does something again and again, whatever comes of it, until the signal aborts. */
async function again(signal: AbortSignal, attempt: () => Promise<unknown>): Promise<void> {
  // An attempt may wait for an answer that never comes.
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  while (!signal.aborted) {
    await Promise.race([attempt().catch(() => wait(BREATH_MS)), aborted])
    await turn()
  }
}

/** Lets the node pull from a member that serves as its script says. */
const serves =
  (seed: number, script: Script): Attack =>
  async ({ address }, signal, until) => {
    const hostile = await hostilePeer(seed, script, until)
    await again(signal, async () => {
      if (hostile.libp2p.getConnections().length === 0) await hostile.dial(address)
      await wait(BREATH_MS)
    })
  }

/** Says as much as a stream takes, which is asked for again when it is lost. */
async function flood(stream: ScriptedPeer, signal: AbortSignal, frame: Frame): Promise<void> {
  while (!signal.aborted && stream.end === undefined) {
    // Whatever cannot be sent at once throws.
    for (let count = 0; count < 200; count++) stream.say(frame)
    await turn()
  }
}

/** Wants that ask for nothing, as fast as they are read. */
const floodsFrames: Attack = async ({ address }, signal, until) => {
  const hostile = await hostilePeer(101, silence, until)
  await again(signal, async () => {
    const stream = await hostile.open(address)
    stream.say({ kind: 'have', scope: 'all' })
    await stream.hear('have')
    await flood(stream, signal, { kind: 'want', cancel: [1] })
  })
}

/** Asks for all that there is, over and over, and reads nothing of it. */
const asksAndDoesNotRead: Attack = async ({ address, author }, signal, until) => {
  const hostile = await hostilePeer(102, silence, until)
  await again(signal, async () => {
    await hostile.dial(address)
    const [connection] = hostile.libp2p.getConnections()
    const stream = await connection?.newStream(REPLICATE_PROTOCOL)
    stream?.send(encodeFrame({ kind: 'have', scope: 'all' }))
    for (let id = 1; stream?.status === 'open' && !signal.aborted; id++) {
      const ranges = [{ id, author: author as Author, from: 1, to: 1_000 }] // As: the node says its own.
      stream.send(encodeFrame({ kind: 'want', ranges, credit: 2 ** 30 }))
      await wait(1)
    }
  })
}

/** More streams than anybody needs. */
const opensManyStreams: Attack = async ({ address }, signal, until) => {
  const hostile = await hostilePeer(103, silence, until)
  await again(signal, async () => {
    await Promise.all(Array.from({ length: 50 }, () => hostile.open(address)))
  })
}

/** Gossip that is garbage, too large, of another network, and true but far too much. */
const floodsGossip: Attack = async ({ address }, signal, until) => {
  const gossiper = await rawGossiper(104, { until })
  const feed = chainOf(identityOf(104), insights(2_000)).map((message) =>
    encodePayload({ kind: 'item', ...itemOf(message) }),
  )
  let count = 0
  await again(signal, async () => {
    if (gossiper.libp2p.getConnections().length === 0) await gossiper.dial(address)
    const number = Buffer.from(`${++count}`)
    await gossiper.say(Buffer.concat([Buffer.from('garbage '), number]))
    await gossiper.say(Buffer.concat([Buffer.alloc(PAYLOAD_BYTES_MAX + 1), number]))
    await gossiper.force({ topic: `${TOPIC.slice(0, -1)}2`, data: number })
    await gossiper.say(feed[count % feed.length] ?? number)
  })
}

/** Feeds that nobody has, each with the highest sequence there is. */
const INFLATED = Array.from({ length: 200 }, (_, index) => identityOf(30 + index).author)
  .sort((one, other) => Buffer.compare(keyFromAuthor(one), keyFromAuthor(other)))
  .map((author) => ({ author, sequence: 2 ** 53 - 1, hash: undefined, floor: 1, arrival: 1, forked: false }))

/** Tells of what it lacks, and answers every question with nothing. */
const announcesWhatItLacks: Attack = serves(105, async (peer) => {
  await peer.hear('have')
  peer.say({ ...TELLING, heads: INFLATED })
  for (;;) {
    const { ranges = [] } = await peer.hear('want')
    for (const { id } of ranges) peer.say({ kind: 'done', id, code: 'answered' })
  }
})

/** The same by gossip: each announcement names another message of a feed, near the highest sequence. */
const inflatesSequences: Attack = async ({ address }, signal, until) => {
  const gossiper = await rawGossiper(106, { until })
  const [message] = chainOf(identityOf(106), insights(1))
  if (message === undefined) throw new Error('A chain of one has one.')
  let below = 0
  await again(signal, async () => {
    if (gossiper.libp2p.getConnections().length === 0) await gossiper.dial(address)
    const sequence = 2 ** 53 - 1 - below++
    await gossiper.say(encodePayload({ kind: 'announcement', ...message, sequence }))
    await wait(1)
  })
}

/** Tells of a feed, and says nothing more. */
const stalls: Attack = serves(107, async (peer) => {
  await peer.hear('have')
  peer.say({ ...TELLING, heads: INFLATED.slice(0, 10) })
})

/** Gives the same messages again and again, as far as it is granted credit. */
const replays: Attack = serves(108, async (peer) => {
  const items = chainOf(identityOf(108), insights(50)).map(itemOf)
  await peer.hear('have')
  peer.say({ ...TELLING, heads: [] })
  let credit = 0
  for (;;) {
    credit += (await peer.hear('want')).credit ?? 0
    for (; credit > 64 * 1024; credit -= 64 * 1024) peer.say({ kind: 'messages', id: 0, items })
  }
})

/** Signs two different messages at each of many places of many feeds. */
const forks: Attack = async ({ address }, signal, until) => {
  const gossiper = await rawGossiper(109, { until })
  const twice = [110, 111, 112, 113].flatMap((seed) =>
    ['one', 'other'].flatMap((word) => chainOf(identityOf(seed), insights(50, word))),
  )
  let next = 0
  await again(signal, async () => {
    if (gossiper.libp2p.getConnections().length === 0) await gossiper.dial(address)
    const message = twice[next++ % twice.length]
    if (message !== undefined) await gossiper.say(encodePayload({ kind: 'item', ...itemOf(message) }))
    await wait(5)
  })
}

/** Not a frame: a body of one byte that is no field of ours. */
const breaksTheProtocol: Attack = serves(114, (peer) => peer.say(new Uint8Array([1, 0xff])))

/** Too much of everything. */
export const FLOODS: readonly Attack[] = [floodsFrames, asksAndDoesNotRead, opensManyStreams, floodsGossip]

/** What is not true. */
export const LIES: readonly Attack[] = [
  announcesWhatItLacks,
  inflatesSequences,
  stalls,
  replays,
  forks,
  breaksTheProtocol,
]
