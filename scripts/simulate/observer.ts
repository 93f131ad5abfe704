// Who holds what since when, and what it cost. Sees everything, changes nothing.

import type { Carried } from './message-pool.ts'
import type { SimulatedNode } from './node.ts'
import type { Partition } from './partition.ts'

/** One node's costs. */
export interface Costs {
  payloadBytes: number
  controlBytes: number
  /** Bodies of messages that came, also those that it held. */
  copies: number
}

/** A message of an honest author. */
export interface Tracked {
  readonly author: SimulatedNode
  readonly publishedAt: number
  /** Honest nodes that hold it. */
  holders: number
  /** The longest that a node waited for it while it could have come. */
  slowestMs: number
}

export class Observer {
  readonly tracked = new Map<Carried, Tracked>()
  readonly costs: readonly Costs[]
  rejections = 0
  bans = 0
  /** A check over who took what and when: equal for equal runs. */
  digest = 0
  #complete = 0
  readonly #now: () => number
  readonly #honest: number
  readonly #partition: Partition

  constructor(nodes: number, honest: number, partition: Partition, now: () => number) {
    this.#honest = honest
    this.#partition = partition
    this.#now = now
    this.costs = Array.from({ length: nodes }, () => ({ payloadBytes: 0, controlBytes: 0, copies: 0 }))
  }

  /** How many messages all honest nodes hold. */
  get complete(): number {
    return this.#complete
  }

  /** An honest author has published. */
  published(author: SimulatedNode, carried: Carried): void {
    this.tracked.set(carried, { author, publishedAt: this.#now(), holders: 1, slowestMs: 0 })
    if (this.#honest === 1) this.#complete++
  }

  took(node: SimulatedNode, carried: Carried): void {
    const now = this.#now()
    this.digest = Math.imul(this.digest ^ node.number, 0x01000193) ^ Math.floor(now * 1000) ^ carried.message.sequence
    const tracked = this.tracked.get(carried)
    if (tracked === undefined || node.hostility !== undefined) return
    tracked.holders++
    tracked.slowestMs = Math.max(tracked.slowestMs, now - this.#couldComeAt(tracked, node, now))
    if (tracked.holders === this.#honest) this.#complete++
  }

  cameAsPayload(node: SimulatedNode, bytes: number, copies: number): void {
    const costs = this.costs[node.number]
    if (costs === undefined) return
    costs.payloadBytes += bytes
    costs.copies += copies
  }

  cameAsControl(node: SimulatedNode, bytes: number): void {
    const costs = this.costs[node.number]
    if (costs !== undefined) costs.controlBytes += bytes
  }

  rejected(): void {
    this.rejections++
  }

  banned(): void {
    this.bans++
  }

  /** A node that was away, or behind a partition, waits from the moment on at which it was no more. */
  #couldComeAt({ author, publishedAt }: Tracked, node: SimulatedNode, now: number): number {
    return Math.max(publishedAt, node.upSince, this.#partition.apartUntil(author.number, node.number, now))
  }
}
