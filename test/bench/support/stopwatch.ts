// How long things take, and how much work they are.

import type { Quantity } from './finding.ts'

/** What handling many messages took. */
export interface Measured {
  /** Messages a second. */
  rate: Quantity
  /** Time of all threads of this process on a core, per message. Other processes make it little worse, however busy the machine is. */
  work: Quantity
}

/** Measures what handles so many messages. */
export async function measure(messages: number, handle: () => Promise<void> | void): Promise<Measured> {
  const before = process.cpuUsage()
  const ms = await timeOf(handle)
  const { user, system } = process.cpuUsage(before)
  return {
    rate: { value: (messages / ms) * 1000, unit: 'messages/s' },
    work: { value: (user + system) / messages, unit: 'µs of CPU' },
  }
}

/** Milliseconds until something is done. */
export async function timeOf(work: () => Promise<unknown> | unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
