// Loaded into a node's process before anything else (`node --import`): tells a test or the bench how that process fares.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** How a process fared since it was last asked. */
export interface Vitals {
  /** The longest time that the main thread did not come back to its event loop, whatever held it: work, a disk, other processes. */
  stallMaxMs: number
  /** The longest that it worked without coming back: the same, less all waiting. */
  stepMaxMs: number
  /** Time of all threads on a core. */
  cpuMs: number
  rssBytes: number
  /** What is left when all garbage is gone; absent without `--expose-gc`. */
  inUseBytes: number | undefined
}

/** A delay cannot be seen finer than this. */
const RESOLUTION_MS = 1

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let cpuBefore = process.cpuUsage()
let worked = process.threadCpuUsage()
let stepMaxUs = 0

// Workers load this as well, where looking a thousand times a second would only be work that no node does.
if (isMainThread) watch()

function watch(): void {
  delay.enable()
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(worked)
    worked = process.threadCpuUsage()
    stepMaxUs = Math.max(stepMaxUs, user + system)
  }, RESOLUTION_MS).unref()
  process.on('message', () => process.send?.(takeVitals()))
  // A node outlives nobody who started it, and the channel keeps no node alive that wants to end.
  process.on('disconnect', () => process.exit(1))
  process.channel?.unref()
}

function takeVitals(): Vitals {
  const { user, system } = process.cpuUsage(cpuBefore)
  const vitals = {
    stallMaxMs: delay.max / 1e6,
    stepMaxMs: stepMaxUs / 1000,
    cpuMs: (user + system) / 1000,
    rssBytes: process.memoryUsage.rss(),
    inUseBytes: inUse(),
  }
  // Collecting is nothing that the node would have done.
  worked = process.threadCpuUsage()
  cpuBefore = process.cpuUsage()
  stepMaxUs = 0
  delay.reset()
  return vitals
}

function inUse(): number | undefined {
  if (globalThis.gc === undefined) return undefined
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
