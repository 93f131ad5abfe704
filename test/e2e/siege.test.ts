// A real node under siege, by members and by strangers: its memory stays where it is, its API answers, its status says whom it refused and why,
// and honest peers keep hearing each other.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { startNode } from '../support/node-process.ts'
import { FLOODS, LIES } from './siege/members.ts'
import { answersNonsense, CONNECTIONS_HELD, hasAnotherKey } from './siege/strangers.ts'
import { besieged, SIEGE_TEST_MS_MAX } from './siege/target.ts'

test('members that flood: frames, questions whose answers they do not read, streams, gossip', {
  timeout: SIEGE_TEST_MS_MAX,
}, async () => {
  const siege = await besieged()
  for (let count = 0; count < 50; count++) {
    await siege.target.post('/v1/publish', { content: { title: `${count}`, body: 'x'.repeat(50_000) } })
  }
  await siege.withstands(FLOODS, async () => {
    const { refusals, gossip } = await siege.status()
    expect(refusals.warned).toBeGreaterThan(0)
    expect(await siege.peers()).toContainEqual(
      expect.objectContaining({ state: 'banned', ban: expect.objectContaining({ code: 'REPLICATE_TOO_MANY' }) }),
    )
    expect(gossip.ignored).toMatchObject({ size: expect.any(Number), shape: expect.any(Number) })
    expect(gossip.ignored.topic).toBeGreaterThan(0)
  })
})

test('members that lie: claims, inflated sequences, silence, replays, forks, what is no frame', {
  timeout: SIEGE_TEST_MS_MAX,
}, async () => {
  const siege = await besieged()
  await siege.withstands(LIES, async () => {
    const { refusals, last_refusals, fork_count } = await siege.status()
    expect(fork_count).toBe(4)
    expect(refusals).toMatchObject({ misconduct: expect.any(Number), banned: expect.any(Number) })
    expect(refusals.banned).toBeGreaterThan(0)
    expect(last_refusals).toContainEqual(
      expect.objectContaining({ code: 'REPLICATE_FRAME_INVALID', peer_id: expect.any(String) }),
    )
  })
})

test('strangers: hundreds of connections from one address, garbage, another network key', {
  timeout: SIEGE_TEST_MS_MAX,
}, async () => {
  const siege = await besieged()
  await siege.withstands(CONNECTIONS_HELD, async () => {
    const { refusals } = await siege.status()
    // Loopback is no host: what is full there is the room for all that have proved nothing.
    expect(refusals.no_place).toBeGreaterThan(100)
    expect(refusals.unfinished).toBeGreaterThan(0)
  })
  await siege.withstands([hasAnotherKey], async () => {
    const { refusals, last_refusals } = await siege.status()
    expect(refusals.wrong_key).toBeGreaterThan(0)
    expect(last_refusals).toContainEqual(expect.objectContaining({ cause: 'wrong_key', address: expect.any(String) }))
  })
})

test('discovery: nonsense by mDNS, and an entry point of another network', { timeout: SIEGE_TEST_MS_MAX }, async () => {
  const elsewhere = await startNode({ flags: ['--network-key', 'another network'] })
  const mdnsPort = await freePort()
  const siege = await besieged(['--mdns', '--discovery-port', `${mdnsPort}`, '--bootstrap', elsewhere.address])
  const smuggled = `/ip4/127.0.0.1/tcp/${elsewhere.gossipPort}`
  await siege.withstands([answersNonsense(mdnsPort, elsewhere.peerId, smuggled)], async () => {
    const peers = await siege.peers()
    for (const source of ['bootstrap', 'mdns']) {
      const refused = { source, last_error: expect.stringMatching(/network key/) }
      expect(peers).toContainEqual(expect.objectContaining(refused))
    }
    // The honest one.
    expect(peers.filter(({ state }) => state === 'live')).toHaveLength(1)
  })
})

/** A UDP port that nobody else uses now; the tests of one machine must not meet on 5353. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
