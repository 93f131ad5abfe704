// Whether --mdns can work here: on each interface the group of mDNS is joined, and a datagram sent to it must be heard again. On a port of its
// own, so that nobody else is told anything.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { ok, SHORT_MS, skipped } from '../check.ts'
import type { Check } from '../check.ts'

/** RFC 6762 §3. */
const GROUP = '224.0.0.251'

/** The way of a datagram from this machine to itself. */
const HEAR_MS = 1_000

/** Containers give a host hundreds of bridges. */
const INTERFACES_MAX = 16

export const multicast: Check = {
  name: 'multicast',
  title: 'multicast',
  timeoutMs: SHORT_MS,
  run: async ({ settings }) => {
    const config = settings instanceof Error ? undefined : settings.config
    if (config?.offline) return skipped('offline is set')
    const isUsed = config === undefined || config.mdns || config.lanDiscovery
    const results = await Promise.all(interfaces().map(hear))
    const deaf = results.flatMap(({ name, why }) => (why === undefined ? [] : `${name} (${why})`))
    const heard = results.flatMap(({ name, why }) => (why === undefined ? name : []))
    const remark = isUsed ? '' : '; --mdns is off'
    if (heard.length > 0)
      return ok(`heard on ${heard.join(', ')}${deaf.length === 0 ? '' : `, not on ${deaf.join(', ')}`}${remark}`)
    const found = deaf.length === 0 ? 'there is no interface for it' : `not heard on ${deaf.join(', ')}`
    if (!isUsed) return skipped(`${found}${remark}`)
    return {
      verdict: 'warning',
      found,
      advice:
        'Peers of the LAN are not found here: let the firewall pass UDP to 224.0.0.251, or name them with --peer.',
    }
  },
}

/** One IPv4 address each; the loopback is left out, unless there is nothing else. */
function interfaces(): { name: string; address: string }[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? [])
      .filter(({ family }) => family === 'IPv4')
      .slice(0, 1)
      .map(({ address, internal }) => ({ name, address, internal })),
  )
  const outer = all.filter(({ internal }) => !internal)
  return (outer.length === 0 ? all : outer).slice(0, INTERFACES_MAX)
}

/** `why`: it did not hear itself. */
async function hear({ name, address }: { name: string; address: string }): Promise<{ name: string; why?: string }> {
  const socket = createSocket('udp4')
  try {
    await once(socket.bind(), 'listening')
    socket.setMulticastInterface(address)
    socket.addMembership(GROUP, address)
    socket.setMulticastTTL(1)
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(HEAR_MS) })
    socket.send(Buffer.alloc(0), socket.address().port, GROUP, (error) => {
      if (error) socket.emit('error', error)
    })
    await heard
    return { name }
  } catch (error) {
    return { name, why: (error as Error).name === 'AbortError' ? 'nothing came back' : (error as Error).message }
  } finally {
    socket.close()
  }
}
