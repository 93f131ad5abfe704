// Why a peer is connected or is not, from what is known of it: a verdict, a sentence, and what to do. Pure.

import type { Attempt } from './attempts.ts'
import type { DialFailureCode } from './dial-failure.ts'
import type { PeerReport, PeerView } from './peer-view.ts'
import type { Refusal } from './refusals.ts'

/** What is looked at. */
export interface Evidence {
  view: PeerView
  attempts: readonly Attempt[]
  /** The last time that this node refused it. */
  refusal: Refusal | undefined
}

export type Diagnosis = Pick<PeerReport, 'verdict' | 'summary' | 'advice'>

const ADVICE: Readonly<Record<DialFailureCode, string>> = {
  other_network: 'Give both nodes the same --network-key; "egregore status" on both must show the same network.',
  other_identity: 'Take the /p2p/… part out of the address, or correct it: "egregore identity" there says who it is.',
  own_identity: 'Remove this address. If a copy of the data directory runs there, stop the copy before it publishes.',
  not_egregore: 'Correct the port: "egregore status" there says on which one it listens for peers.',
  refused: 'Start the node there, or correct the port: "egregore status" there says on which one it listens for peers.',
  timeout: 'Check that the host is on, that the address is right, and that its firewall lets the port in.',
  unreachable: 'Check the network of this host, and that the address belongs to a network it can reach.',
  unknown_name: 'Correct the name, or give an IP address.',
  not_dialable: 'Give host:port, or a multiaddr over TCP such as /ip4/192.168.1.7/tcp/7655.',
  banned: 'Wait until the ban ends, or lift it with "egregore peers unban".',
  hung_up: 'Look at "egregore status --json" there: it counts whom it refused, and why.',
  failed: 'The log of this node has the details with --log-level debug.',
}

/** Failures from the one that says most about what is wrong to the one that says least. */
const TELLING: readonly DialFailureCode[] = [
  'own_identity',
  'other_network',
  'other_identity',
  'banned',
  'hung_up',
  'not_egregore',
  'refused',
  'not_dialable',
  'unknown_name',
  'unreachable',
  'timeout',
  'failed',
]

/** What to do about a dial that failed. */
export function adviceFor(code: DialFailureCode): string {
  return ADVICE[code]
}

export function diagnose(evidence: Evidence): Diagnosis {
  const { view, attempts } = evidence
  if (view.state === 'live') return connected(view, attempts)
  if (view.ban !== undefined) return banned(view.ban)
  const failure = mostTelling(attempts)
  if (failure !== undefined) return { verdict: failure.code, summary: failure.reason, advice: adviceFor(failure.code) }
  if (evidence.refusal !== undefined) return disconnected(evidence.refusal)
  if (view.state === 'dialling') {
    return { verdict: 'dialling', summary: 'The first dial is under way.', advice: 'Ask again in some seconds.' }
  }
  const summary = 'It is not connected now, and waits for its turn to be dialled.'
  return {
    verdict: 'waiting',
    summary,
    advice: 'Ask again in some seconds; --max-persistent-connections bounds how many are kept.',
  }
}

function connected({ path = 'direct', agent = 'unknown software' }: PeerView, attempts: readonly Attempt[]): Diagnosis {
  if (path !== 'relayed') {
    const where = path === 'lan' ? 'on this machine or its local network' : 'directly'
    return { verdict: path, summary: `It is connected ${where} and runs ${agent}.`, advice: '' }
  }
  const failure = mostTelling(attempts)
  const because = failure === undefined ? 'No address of it can be dialled directly.' : `Directly: ${failure.reason}`
  return {
    verdict: 'relayed',
    summary: `It is connected through a relay only, and runs ${agent}. ${because}`,
    advice:
      'It works, with more delay. For a direct line, let the gossip port of one of the two be reached from outside.',
  }
}

function banned({ code, until, peer }: NonNullable<PeerView['ban']>): Diagnosis {
  return {
    verdict: 'banned',
    summary: `This node keeps it out until ${new Date(until).toISOString()}, because of ${code}.`,
    advice: `Wait, or let it in now with "egregore peers unban ${peer}". If it is yours, look at its log and its version first.`,
  }
}

function disconnected({ code, cause }: Refusal): Diagnosis {
  return {
    verdict: 'disconnected',
    summary: `This node hung up on it, because of ${code ?? cause}.`,
    advice: 'It is dialled again. If it is yours, look at its log and its version.',
  }
}

function mostTelling(attempts: readonly Attempt[]): Attempt['failure'] {
  const failures = attempts.flatMap(({ failure }) => failure ?? [])
  return failures.toSorted((one, other) => TELLING.indexOf(one.code) - TELLING.indexOf(other.code))[0]
}
