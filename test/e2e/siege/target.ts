// The node under siege: a real process, an honest peer of it, and somebody who asks it for its status.

import { expect, onTestFinished } from 'vitest'
import { eventually, startNode } from '../../support/node-process.ts'
import type { NodeProcess } from '../../support/node-process.ts'
import type { Attack } from './attack.ts'

/** The parts of /v1/status that tell of a siege. */
export interface SiegeStatus {
  refusals: Record<string, number>
  last_refusals: { cause: string; code?: string; peer_id?: string; address?: string }[]
  gossip: { ignored: Record<string, number>; rejected: Record<string, number> }
  message_count: number
  fork_count: number
}

/** The part of a row of /v1/peers that tells of a siege. */
export interface SiegePeer {
  address: string
  source: string
  state: string
  last_error?: string
}

/** The network of test/support/member-node.ts. */
const NETWORK = ['--network-key', 'a test network']

/** goals.md, "memory under a hostile peer". How long callers wait meanwhile is for `npm run bench -- siege`. */
const GROWTH_BYTES_MAX = 64 * 1024 * 1024

/** How many messages cross from each honest node to the other while the siege lasts, one after the other. */
const MESSAGES_EACH_WAY = 8

/** How often the node is asked for its status meanwhile. */
const CALLS = 30

/** A siege goes on until all has happened that it is for, however little of the machine is left for it. */
const SIEGE_MS_MAX = 120_000

/** For tests with a siege, or two. */
export const SIEGE_TEST_MS_MAX = 300_000

export class Siege {
  readonly target: NodeProcess
  readonly #honest: NodeProcess

  constructor(target: NodeProcess, honest: NodeProcess) {
    this.target = target
    this.#honest = honest
  }

  async status(): Promise<SiegeStatus> {
    return (await this.target.get<SiegeStatus>('/v1/status')).data
  }

  async peers(): Promise<SiegePeer[]> {
    return (await this.target.get<SiegePeer[]>('/v1/peers')).data
  }

  /**
   * Honest peers hear each other, and the node keeps its memory and its callers, while all these attacks go on.
   *
   * @param shows - throws until the node shows what the attacks make of it
   */
  async withstands(attacks: readonly Attack[], shows: () => Promise<void> = async () => {}): Promise<void> {
    const before = await this.target.vitals()
    const end = new AbortController()
    const attacking = attacks.map((attack) => attack(this.target, end.signal, onTestFinished))
    // An attack that ends before its time, well or not, is a fault of the test.
    await Promise.race([Promise.all([this.#converse(), this.#ask()]), ...attacking.map(endedEarly)])
    await eventually(shows, SIEGE_MS_MAX)
    const during = await this.target.vitals()
    end.abort()
    await Promise.all(attacking)
    expect(during.inUseBytes).toBeLessThan((before.inUseBytes ?? Number.NaN) + GROWTH_BYTES_MAX)
  }

  /** Each honest node says something that the other hears, many times. */
  async #converse(): Promise<void> {
    const [one, other] = [this.target, this.#honest]
    for (let round = 0; round < MESSAGES_EACH_WAY; round++) {
      const said = [await one.publish(`from the target ${round}`), await other.publish(`to the target ${round}`)]
      await Promise.all(said.flatMap((hash) => [one.waitFor(hash), other.waitFor(hash)]))
    }
  }

  /** Every question is answered. */
  async #ask(): Promise<void> {
    for (let call = 0; call < CALLS; call++) expect(await this.status()).toBeDefined()
  }
}

async function endedEarly(attack: Promise<unknown>): Promise<never> {
  await attack
  throw new Error('An attack ended before its time.')
}

/** @param flags - of the target */
export async function besieged(flags: readonly string[] = []): Promise<Siege> {
  const target = await startNode({ flags: [...NETWORK, ...flags], isProbed: true })
  const honest = await startNode({ flags: [...NETWORK, '--peer', target.address] })
  const hash = await target.publish('before the siege')
  await honest.waitFor(hash)
  return new Siege(target, honest)
}
