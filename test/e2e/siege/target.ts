// The node under siege: a real process, an honest peer of it, and somebody who asks it for its status all the time.

import { expect } from 'vitest'
import { callerOf } from '../../support/caller.ts'
import { eventually, startNode } from '../../support/node-process.ts'
import type { Caller } from '../../support/caller.ts'
import type { CallsSeen } from '../../support/caller-process.ts'
import type { NodeProcess } from '../../support/node-process.ts'
import type { Vitals } from '../../support/probe.ts'

/** Does its worst until the signal aborts. */
export type Attack = (target: NodeProcess, signal: AbortSignal) => Promise<unknown>

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

/** goals.md, "memory under a hostile peer". */
const GROWTH_BYTES_MAX = 64 * 1024 * 1024
const STATUS_P99_MS_MAX = 250

/**
 * The longest that the main thread may work without coming back to its event loop, in its own time on a core: what other processes take does not count.
 * Some tens of milliseconds were seen on a free machine, 275 on one with eight times as much to do as it has cores; a fault showed as 1,160.
 */
const STEP_MS_MAX = 500

/** How many messages cross from each honest node to the other while the siege lasts, one after the other. */
const MESSAGES_EACH_WAY = 8

/** Answers enough for a 99th percentile. */
const CALLS_MIN = 150

/** A siege goes on until all has happened that it is for, however little of the machine is left for it. */
const SIEGE_MS_MAX = 120_000

/** For tests with a siege, or two. */
export const SIEGE_TEST_MS_MAX = 300_000

export class Siege {
  readonly target: NodeProcess
  readonly #honest: NodeProcess
  readonly #caller: Caller

  constructor(target: NodeProcess, honest: NodeProcess) {
    this.target = target
    this.#honest = honest
    this.#caller = callerOf(`${target.api}/v1/status`)
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
    const attacking = attacks.map((attack) => attack(this.target, end.signal))
    await this.#caller.begin()
    // An attack that ends before its time, well or not, is a fault of the test.
    await Promise.race([this.#converse(shows), ...attacking.map(endedEarly)])
    const [during, seen] = [await this.target.vitals(), await this.#caller.seen()]
    end.abort()
    await Promise.all(attacking)
    expectUnmoved(before, during, seen)
  }

  /** Each honest node says something that the other hears, many times, and until the caller has seen enough. */
  async #converse(shows: () => Promise<void>): Promise<void> {
    const [one, other] = [this.target, this.#honest]
    for (let round = 0; round < MESSAGES_EACH_WAY; round++) {
      const said = [await one.publish(`from the target ${round}`), await other.publish(`to the target ${round}`)]
      await Promise.all(said.flatMap((hash) => [one.waitFor(hash), other.waitFor(hash)]))
    }
    await eventually(shows, SIEGE_MS_MAX)
    await eventually(async () => expect((await this.#caller.seen()).calls).toBeGreaterThan(CALLS_MIN), SIEGE_MS_MAX)
  }
}

async function endedEarly(attack: Promise<unknown>): Promise<never> {
  await attack
  throw new Error('An attack ended before its time.')
}

function expectUnmoved(before: Vitals, during: Vitals, { p99Ms, ownDelayP99Ms }: CallsSeen): void {
  const grown = (during.inUseBytes ?? Number.NaN) - (before.inUseBytes ?? Number.NaN)
  const figures = JSON.stringify({ grown, ...during, p99Ms, ownDelayP99Ms })
  expect(grown, figures).toBeLessThan(GROWTH_BYTES_MAX)
  expect(during.stepMaxMs, figures).toBeLessThan(STEP_MS_MAX)
  // What others make the node and its caller wait on a busy machine is not the node's doing: a step that has its core lasts as long as its work.
  const slowness = Math.max(1, during.stallMaxMs / during.stepMaxMs)
  expect(p99Ms - 4 * ownDelayP99Ms, figures).toBeLessThan(STATUS_P99_MS_MAX * slowness)
}

/** @param flags - of the target */
export async function besieged(flags: readonly string[] = []): Promise<Siege> {
  const target = await startNode({ flags: [...NETWORK, ...flags], isProbed: true })
  const honest = await startNode({ flags: [...NETWORK, '--peer', target.address] })
  const hash = await target.publish('before the siege')
  await honest.waitFor(hash)
  return new Siege(target, honest)
}
