// Attacks by strangers: they do not hold the network key, and never pass the gate.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import multicastDns from 'multicast-dns'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { serviceOf } from '../../../src/network/discovery/names.ts'
import { startNode } from '../../support/node-process.ts'
import type { Socket } from 'node:net'
import type { Attack } from './attack.ts'

/** One address, hundreds of connections. */
const CONNECTIONS = 300

/** Keeps so many connections open, and says the same on each. */
const holdsConnections =
  (words: Uint8Array | undefined): Attack =>
  async ({ gossipPort }, signal) => {
    const sockets = new Set<Socket>()
    while (!signal.aborted) {
      while (sockets.size < CONNECTIONS) {
        const socket = connect(gossipPort, '127.0.0.1', () => words && socket.write(words))
        sockets.add(socket)
        socket.on('error', () => {}).on('close', () => sockets.delete(socket))
      }
      await wait(10)
    }
    for (const socket of sockets) socket.destroy()
  }

/** Hundreds of connections from one address on which nothing is ever said. */
const connectsAndIsSilent: Attack = holdsConnections(undefined)

/** The same with bytes that are no handshake. */
const connectsWithGarbage: Attack = holdsConnections(Buffer.alloc(4_096, 0xff))

/** Connections that never become any. */
export const CONNECTIONS_HELD: readonly Attack[] = [connectsAndIsSilent, connectsWithGarbage]

/** Bytes on the port of mDNS that are no answer, and answers that lead to whoever listens at an address. */
export const answersNonsense =
  (mdnsPort: number, peerId: string, elsewhere: string): Attack =>
  async (_, signal) => {
    const socket = createSocket('udp4')
    const line = multicastDns({ port: mdnsPort, interface: '127.0.0.1', bind: '0.0.0.0' })
    const service = serviceOf(discriminatorOf(capabilityOf('a test network')))
    const instance = `${peerId}.${service}`
    const answers = ['/nonsense', '', '/ip4/127.0.0.1/tcp/0', '/dns/evil.example/tcp/1', elsewhere].map((address) => [
      { class: 'IN', ttl: 120, name: service, type: 'PTR', data: instance } as const,
      { class: 'IN', ttl: 120, name: instance, type: 'TXT', data: `dnsaddr=${address}/p2p/${peerId}` } as const,
    ])
    for (let count = 0; !signal.aborted; count++) {
      socket.send(Buffer.alloc(count % 1_400, count % 7 === 0 ? 0xc0 : count), mdnsPort, '127.0.0.1')
      line.respond(answers[count % answers.length] ?? [])
      await wait(2)
    }
    await new Promise<void>((resolve) => line.destroy(resolve))
    socket.close()
  }

/** A node of ours that was given another network key, and keeps trying. */
export const hasAnotherKey: Attack = async ({ address }, signal, until) => {
  await startNode({ until, flags: ['--network-key', 'another network', '--peer', address] })
  if (!signal.aborted) await once(signal, 'abort')
}
