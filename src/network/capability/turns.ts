// Lets the event loop turn while a connection brings much. The system hands over up to 2 MiB of a socket in one go; in frames of a few bytes
// they are tens of thousands, and decrypting and sorting them would hold everything else up.

import type { MessageStream } from '@libp2p/interface'

/** Taken of one connection between two turns: two packets as Node reads them. */
const BYTES_PER_TURN = 128 * 1_024

export function takeTurns(connection: MessageStream): void {
  let bytes = 0
  let isPaused = false
  const turned = (): void => {
    bytes = 0
    if (isPaused) unlessEnded(() => connection.resume())
    isPaused = false
  }
  connection.addEventListener('message', ({ data }) => {
    if (bytes === 0) setImmediate(turned)
    bytes += data.byteLength
    if (bytes < BYTES_PER_TURN || isPaused) return
    isPaused = true
    unlessEnded(() => connection.pause())
  })
}

/** A connection that has ended takes no orders, and says so by throwing into the event loop. */
function unlessEnded(order: () => void): void {
  try {
    order()
  } catch {
    // Then there is nothing to hold back.
  }
}
