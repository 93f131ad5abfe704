// What a run came to, in figures.

import { CROSSINGS_OF_A_PULL } from './bounds.ts'
import type { Carried } from './message-pool.ts'
import type { Observer } from './observer.ts'
import type { SimulationSettings } from './settings.ts'

/** Of a share of messages: the time after which every honest node held them. */
export interface Shares {
  p50: number
  p99: number
  p100: number
}

export interface Summary {
  settings: SimulationSettings
  /** Whether every honest node holds every message of honest authors. */
  isConverged: boolean
  /** Messages that some honest node lacks. */
  incomplete: number
  /** Milliseconds. */
  times: Shares
  floodBound: Shares
  antiEntropyBound: Shares
  /** Bodies that came for each message, own ones counted as none: over all honest nodes, and of the node with most. */
  copies: { mean: number; most: number }
  /** Bytes that came to an honest node, for each message. */
  payloadBytes: number
  controlBytes: number
  /** The bytes of one message with its signature: nobody can do with less. */
  leastBytes: number
  /** Gossip that was refused, and peers that were banned, over all honest nodes. */
  rejections: number
  bans: number
  virtualMs: number
  events: number
  /** Equal for equal runs. */
  digest: string
}

export interface SummaryInit {
  settings: SimulationSettings
  observer: Observer
  /** Numbers of honest nodes. */
  honest: readonly number[]
  /** Per node. */
  floodTimes: readonly number[]
  virtualMs: number
  events: number
}

export function summaryOf(init: SummaryInit): Summary {
  const { settings, observer, honest, floodTimes, virtualMs, events } = init
  const tracked = [...observer.tracked.values()]
  const floods = tracked.map(({ author }) => floodTimes[author.number] ?? 0)
  const costs = honest.flatMap((node) => observer.costs[node] ?? [])
  const perMessage = (pick: (costs: Observer['costs'][number]) => number): number =>
    costs.reduce((sum, one) => sum + pick(one), 0) / costs.length / settings.messages
  const incomplete = settings.messages - observer.complete
  return {
    settings,
    isConverged: incomplete === 0,
    incomplete,
    times: sharesOf(tracked.map(({ slowestMs }) => slowestMs)),
    floodBound: sharesOf(floods),
    antiEntropyBound: sharesOf(floods.map((time) => time * CROSSINGS_OF_A_PULL)),
    copies: {
      mean: perMessage(({ copies }) => copies),
      most: Math.max(...costs.map(({ copies }) => copies)) / settings.messages,
    },
    payloadBytes: perMessage(({ payloadBytes }) => payloadBytes),
    controlBytes: perMessage(({ controlBytes }) => controlBytes),
    leastBytes: mean([...observer.tracked.keys()].map(bytesOf)),
    rejections: observer.rejections,
    bans: observer.bans,
    virtualMs,
    events,
    digest: (observer.digest >>> 0).toString(16).padStart(8, '0'),
  }
}

function sharesOf(values: readonly number[]): Shares {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { p50: at(0.5), p99: at(0.99), p100: at(1) }
}

function bytesOf({ item }: Carried): number {
  return item.text.length + item.signature.length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
