// A stream as replication uses it, and a libp2p stream made into one.

import { ANSWER_MS, CLOSE_MS, UNSENT_BYTES_MAX, WRITE_BUFFER_BYTES_MAX } from './constants.ts'
import { ReplicateError } from './errors.ts'
import { chunksOf } from './inbox.ts'
import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Bytes both ways. */
export interface Wire {
  /** Chunks as they come. Ends when the other side has said all; throws when the stream is lost. */
  readonly chunks: AsyncIterable<Uint8Array | Uint8ArrayList>
  /**
   * Takes bytes to be sent; what does not go out at once waits.
   *
   * @throws ReplicateError `REPLICATE_TIMEOUT` when too much waits already
   */
  send(bytes: Uint8ArrayList): void
  /**
   * Resolves when little enough waits to be sent, or the signal aborts.
   *
   * @throws ReplicateError `REPLICATE_TIMEOUT`, `REPLICATE_STREAM_LOST`
   */
  roomToSend(signal: AbortSignal): Promise<void>
  /** Says that nothing more comes from us. Bytes may still come from the other side. */
  close(): Promise<void>
  /** Ends both ways at once. */
  abort(error: Error): void
}

/** A libp2p stream as a {@link Wire}. */
export function wireFrom(stream: Stream): Wire {
  return {
    chunks: chunksOf(stream),
    send: (bytes) => {
      if (stream.writeBufferLength > UNSENT_BYTES_MAX) throw stall()
      stream.send(bytes)
    },
    roomToSend: (signal) => roomIn(stream, signal),
    close: () => stream.close({ signal: AbortSignal.timeout(CLOSE_MS) }),
    abort: (error) => stream.abort(error),
  }
}

async function roomIn(stream: Stream, signal: AbortSignal): Promise<void> {
  while (stream.writeBufferLength >= WRITE_BUFFER_BYTES_MAX && !signal.aborted) await nextMovement(stream, signal)
}

/** libp2p's own `onDrain` answers at once from the second time on; its events are true each time. */
function nextMovement(stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stalled = setTimeout(() => end(() => reject(stall())), ANSWER_MS)
    const moved = (): void => end(() => setImmediate(resolve))
    const closed = (): void => end(() => reject(lost()))
    function end(settle: () => void): void {
      clearTimeout(stalled)
      stream.removeEventListener('drain', moved)
      stream.removeEventListener('idle', moved)
      stream.removeEventListener('close', closed)
      signal.removeEventListener('abort', moved)
      settle()
    }
    stream.addEventListener('drain', moved)
    stream.addEventListener('idle', moved)
    stream.addEventListener('close', closed)
    signal.addEventListener('abort', moved)
  })
}

function stall(): ReplicateError {
  return new ReplicateError('REPLICATE_TIMEOUT', 'The peer takes nothing more.', { waitingFor: 'room to send' })
}

function lost(): ReplicateError {
  return new ReplicateError('REPLICATE_STREAM_LOST', 'The stream is closed.')
}
