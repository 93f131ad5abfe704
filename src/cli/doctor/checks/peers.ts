// Each peer that somebody named: what the running node knows of it, as "egregore peers why" tells it; without a node it is dialled once.

import { plain } from '../../output.ts'
import { LONG_MS, ok, skipped } from '../check.ts'
import type { PeerReportData } from '../../../api/index.ts'
import type { NodeClient } from '../../client.ts'
import type { Check, Finding, Patient } from '../check.ts'

/** Peers looked at: a person reads this. */
const PEERS_MAX = 20

/** Who is there answers in less; the rest of the check's time is for starting. */
const DIAL_MS = 6_000

const NAMED: readonly string[] = ['flag', 'file', 'api', 'bootstrap']

export const peers: Check = {
  name: 'peers',
  title: 'peers',
  timeoutMs: LONG_MS,
  run: ({ node, ...patient }, signal) => {
    if (node === undefined) return dialled(patient, signal)
    return node.status.gossip_port === undefined ? skipped('the node has no network') : known(node.client, signal)
  },
}

async function known(client: NodeClient, signal: AbortSignal): Promise<Finding[] | Finding> {
  const { data } = await client.get('/v1/peers', { signal })
  const named = data.filter(({ source }) => NAMED.includes(source))
  const live = data.filter(({ state }) => state === 'live').length
  if (named.length === 0 && live > 0) return ok(`${live} connected; none was named`)
  if (named.length === 0) return { verdict: 'warning', found: 'none is connected, and none was named', advice: ADD }
  const reports = named.slice(0, PEERS_MAX).map(async ({ address }): Promise<Finding> => {
    const { data } = await client.get('/v1/mesh/{peer}', { params: { peer: address }, signal })
    return findingOf(address, data, live > 0)
  })
  return [...(await Promise.all(reports)), ...beyond(named.length)]
}

const ADD = 'Name one with "egregore peers add host:port", or find some with --mdns.'

/** @param hasOthers - whether a peer is connected: one that is away then keeps nothing from us */
function findingOf(about: string, { state, verdict, summary, advice }: PeerReportData, hasOthers: boolean): Finding {
  const found = plain(`${verdict.replaceAll('_', ' ')}: ${summary}`)
  if (state === 'live') return { verdict: 'ok', about, found }
  // Connected through another address of the same peer, or about to be: nothing is wrong with that.
  if (verdict === 'dialling' || verdict === 'waiting') return { verdict: 'skipped', about, found }
  return { verdict: hasOthers ? 'warning' : 'failed', about, found, advice: plain(advice) }
}

async function dialled({ settings, holder }: Omit<Patient, 'node'>, signal: AbortSignal): Promise<Finding[] | Finding> {
  if (holder !== 'free') return skipped('the running node does not answer, and dials them itself')
  if (settings instanceof Error) return skipped('the configuration does not say which')
  const { peers, bootstrap, networkKeys, offline } = settings.config
  const addresses = [...new Set([...peers, ...bootstrap])]
  if (offline) return skipped('offline is set')
  if (addresses.length === 0) return skipped('the configuration names none')
  const { probePeers } = await import('../../../network/index.ts')
  const probes = await probePeers(addresses.slice(0, PEERS_MAX), {
    networkKeys,
    signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)]),
  })
  const hasOthers = probes.some(({ failure }) => failure === undefined)
  const findings = probes.map(({ address: about, failure }): Finding => {
    if (failure === undefined) return { ...ok('it lets us in: it is there, and of the same network'), about }
    const { code, reason, advice } = failure
    const found = plain(`${code.replaceAll('_', ' ')}: ${reason}`)
    return { verdict: hasOthers ? 'warning' : 'failed', about, found, advice }
  })
  return [...findings, ...beyond(addresses.length)]
}

function beyond(count: number): Finding[] {
  return count <= PEERS_MAX ? [] : [skipped(`${count - PEERS_MAX} more are not looked at: "egregore peers" lists them`)]
}
