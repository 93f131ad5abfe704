// What a simulation is made of.

import type { Shape } from './topology.ts'

export interface SimulationSettings {
  seed: number
  nodes: number
  topology: Shape
  /** Connections of each node, where the topology leaves it open. */
  degree: number
  /** Published by honest nodes. */
  messages: number
  /** Seconds over which they are published. */
  over: number
  /** One way, in milliseconds, of an ordinary connection. */
  delay: number
  /** Percent of packets. */
  loss: number
  /** Seconds for which the network is in two halves. */
  partition: number
  /** How often, each time in others. */
  partitions: number
  /** Percent of honest nodes that are away for some seconds. */
  churn: number
  /** Percent of nodes that are hostile. */
  byzantine: number
  /** Whether new messages are pushed by gossip; else down every stream. */
  gossip: boolean
  /** Seconds after which a run that has not converged is given up. */
  limit: number
}

export const DEFAULTS: SimulationSettings = {
  seed: 1,
  nodes: 100,
  topology: 'random',
  degree: 8,
  messages: 100,
  over: 10,
  delay: 40,
  loss: 0,
  partition: 0,
  partitions: 1,
  churn: 0,
  byzantine: 0,
  gossip: true,
  limit: 300,
}
