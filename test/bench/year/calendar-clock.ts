// Loaded into a node's process before anything else (`node --import`): the clock of its main thread, which alone decides what is old, stands
// where the simulated year is.

import { isMainThread } from 'node:worker_threads'

/** The moment it is from now on, in milliseconds since 1970; it passes on from there as usual. */
export interface Now {
  now: number
}

if (isMainThread) {
  const machine = Date.now
  let ahead = 0
  Date.now = () => machine() + ahead
  process.on('message', (message: unknown) => {
    if (isNow(message)) ahead = message.now - machine()
  })
}

function isNow(message: unknown): message is Now {
  return typeof message === 'object' && message !== null && 'now' in message
}
