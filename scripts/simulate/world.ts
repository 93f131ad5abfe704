// What all simulated nodes have in common.

import type { MessagePool } from './message-pool.ts'
import type { Observer } from './observer.ts'
import type { SimulationSettings } from './settings.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface World {
  readonly settings: SimulationSettings
  readonly clock: VirtualClock
  readonly pool: MessagePool
  readonly observer: Observer
}
