// How long to wait before trying a peer again: exponential with full jitter, so that a restarted hub is not hit by all at once.

import { setTimeout as wait } from 'node:timers/promises'

/** A restarted peer is the commonest reason for a lost line, and it is back within seconds: so many tries come within one each. */
const QUICK_WAIT_MS = 1_000
const QUICK_TRIES = 8

/** replication.md, "Discovery and reach": manual peers are retried for ever, at least this often. */
const WAIT_MS_MAX = 300_000

/**
 * @param failures - how many tries in a row have failed, 0 after a connection that worked
 * @param random - from 0 (included) to 1 (excluded)
 * @returns milliseconds
 */
export function waitBeforeRetry(failures: number, random: () => number): number {
  const doublings = Math.min(16, Math.max(0, failures + 1 - QUICK_TRIES))
  const longest = Math.min(WAIT_MS_MAX, QUICK_WAIT_MS * 2 ** doublings)
  return Math.floor(random() * longest)
}

/** Resolves when the time has passed, or at once when the signal aborts. Keeps no process alive. */
export async function pauseBeforeRetry(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(stopWaiting)
}

function stopWaiting(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error
}
