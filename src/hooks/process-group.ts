// A command and whatever it started, as one: they share a process group, which ends as a whole.

import { setTimeout as sleep } from 'node:timers/promises'
import { GROUP_POLL_MS, TERM_GRACE_MS } from './constants.ts'

/** Whether any process of the group is left. */
function isAlive(group: number): boolean {
  return send(group, 0)
}

/** Waits until no process of the group is left, or the signal aborts. */
export async function groupEnd(group: number, signal: AbortSignal): Promise<void> {
  while (isAlive(group) && !signal.aborted) {
    await sleep(GROUP_POLL_MS, undefined, { signal }).catch(() => {})
  }
}

/** Asks all of them to end, and ends those that do not. */
export async function endGroup(group: number): Promise<void> {
  send(group, 'SIGTERM')
  await groupEnd(group, AbortSignal.timeout(TERM_GRACE_MS))
  send(group, 'SIGKILL')
}

/** A group that has ended cannot be signalled any more: that is what was wanted. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    return false
  }
}
