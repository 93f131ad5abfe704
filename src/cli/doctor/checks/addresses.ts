// Under which addresses others could find this machine, and those that the node gives to peers.

import { networkInterfaces } from 'node:os'
import { ok, SHORT_MS, skipped } from '../check.ts'
import type { Check } from '../check.ts'

export const addresses: Check = {
  name: 'addresses',
  title: 'addresses',
  timeoutMs: SHORT_MS,
  run: async ({ settings, node }, signal) => {
    if (!(settings instanceof Error) && settings.config.offline) return skipped('offline is set')
    const outer = Object.values(networkInterfaces()).flatMap((all) => all?.filter(({ internal }) => !internal) ?? [])
    if (outer.length === 0) {
      return {
        verdict: 'warning',
        found: 'this machine has none but its loopback',
        advice: 'Connect it to a network; until then it has only peers of its own.',
      }
    }
    const machine = outer.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'))
    if (node === undefined) return ok(`of this machine: ${machine.join(', ')}`)
    const { data } = await node.client.get('/v1/identity', { signal })
    const told = data.multiaddrs.map((address) => address.replace(/\/p2p\/[^/]+$/, ''))
    if (
      told.length > 0 &&
      told.every((address) => address.startsWith('/ip4/127.') || address.startsWith('/ip6/::1/'))
    ) {
      const advice = 'gossip_bind is a loopback address: with 0.0.0.0 peers of other machines can come in.'
      return { verdict: 'warning', found: `peers are told only ${told.join(', ')}`, advice }
    }
    return ok(
      told.length === 0
        ? `of this machine: ${machine.join(', ')}; the node has no network`
        : `peers are told ${told.join(', ')}`,
    )
  },
}
