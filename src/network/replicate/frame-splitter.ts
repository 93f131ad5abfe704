// Cuts the bytes of a stream into frames. Room is taken only for bytes that have come, never for a length that was claimed.

import { Uint8ArrayList } from 'uint8arraylist'
import { FRAME_BYTES_ACCEPTED_MAX } from './constants.ts'
import { ReplicateError } from './errors.ts'

/** 4 MiB needs four bytes of seven bits. */
const PREFIX_BYTES_MAX = 4

/** Collects chunks and hands out the body of each frame as soon as it is whole. */
export class FrameSplitter {
  readonly #waiting = new Uint8ArrayList()
  #bodyBytes: number | undefined

  /** Whether the stream may end here. */
  get isBetweenFrames(): boolean {
    return this.#waiting.length === 0 && this.#bodyBytes === undefined
  }

  /**
   * The frames that this chunk completes, each with the bytes it took on the wire.
   *
   * @throws ReplicateError `REPLICATE_FRAME_TOO_LARGE`
   */
  *split(chunk: Uint8Array | Uint8ArrayList): Generator<{ body: Uint8Array; bytes: number }> {
    this.#waiting.append(chunk)
    for (;;) {
      this.#bodyBytes ??= this.#takePrefix()
      if (this.#bodyBytes === undefined || this.#waiting.length < this.#bodyBytes) return
      const body = this.#waiting.subarray(0, this.#bodyBytes)
      this.#waiting.consume(body.length)
      this.#bodyBytes = undefined
      yield { body, bytes: body.length + prefixBytes(body.length) }
    }
  }

  /** The length before a frame, or undefined while its last byte has not come. */
  #takePrefix(): number | undefined {
    let length = 0
    const available = Math.min(PREFIX_BYTES_MAX, this.#waiting.length)
    for (let at = 0; at < available; at++) {
      const byte = this.#waiting.get(at)
      length += (byte & 0x7f) * 128 ** at
      if (byte >= 0x80) continue
      if (length > FRAME_BYTES_ACCEPTED_MAX) throw tooLarge(length)
      this.#waiting.consume(at + 1)
      return length
    }
    if (available === PREFIX_BYTES_MAX) throw tooLarge(undefined)
    return undefined
  }
}

/** Bytes of the length prefix in its shortest form, which is what credit counts. */
function prefixBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4
}

function tooLarge(bytes: number | undefined): ReplicateError {
  return new ReplicateError(
    'REPLICATE_FRAME_TOO_LARGE',
    `A frame of ${bytes ?? 'more than 4 MiB'} bytes; at most ${FRAME_BYTES_ACCEPTED_MAX} are accepted.`,
    { bytes, limit: FRAME_BYTES_ACCEPTED_MAX },
  )
}
