// Lowers the priority of a thread whose work can wait: threads that somebody waits for run first.

import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** Behind the rest of the process; a step is about a tenth of a processor less, when others want it. With 5 the API answered a fifth later. */
const NICE = 10

/** There is nothing behind it. */
const NICE_MAX = 19

/** Lets every other thread go before the one that calls. Only Linux has a priority for each thread; elsewhere nothing is different. */
export function yieldToOthers(): void {
  try {
    // `1234/task/1240`: the process, and in it the thread that asks.
    const [ofProcess, , thread] = readlinkSync('/proc/thread-self').split('/')
    // Node passes the number on as it is, and to Linux a thread is as good as a process. Another process means a foreign /proc.
    if (Number(ofProcess) === process.pid) setPriority(Number(thread), Math.min(getPriority() + NICE, NICE_MAX))
  } catch {
    // Another system, or /proc is hidden.
  }
}
