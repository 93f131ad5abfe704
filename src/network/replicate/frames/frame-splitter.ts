// Cuts the bytes of a stream into frames. Memory follows the bytes that have come, never a length that was claimed, nor the number of pieces
// they came in.

import { FRAME_BYTES_ACCEPTED_MAX } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** The body of one frame, and the bytes that the frame took on the wire. */
export interface SplitFrame {
  body: Uint8Array
  bytes: number
}

/** 4 MiB needs four bytes of seven bits. */
const PREFIX_BYTES_MAX = 4

/** Hands out the body of each frame as soon as it is whole. */
export class FrameSplitter {
  #prefixBytes = 0
  #length = 0
  /** The body under way, as far as it has come; undefined while the prefix is read. */
  #body: Buffer | undefined
  #filled = 0

  /** Whether the stream may end here. */
  get isBetweenFrames(): boolean {
    return this.#prefixBytes === 0
  }

  /**
   * The frames that this chunk completes. A body that lies whole in the chunk is a view of it.
   *
   * @throws ReplicateError `REPLICATE_FRAME_TOO_LARGE`
   */
  *split(chunk: Uint8Array | Uint8ArrayList): Generator<SplitFrame> {
    for (const piece of chunk instanceof Uint8Array ? [chunk] : chunk) {
      for (let at = 0; at < piece.length; ) {
        if (this.#body === undefined) at = this.#readPrefix(piece, at)
        if (this.#body === undefined) break
        const end = Math.min(piece.length, at + this.#length - this.#filled)
        const body = this.#collect(piece.subarray(at, end))
        at = end
        if (body !== undefined) yield this.#finish(body)
      }
    }
  }

  /** Reads on in the length. Returns where the body begins, or the end of the piece. */
  #readPrefix(piece: Uint8Array, from: number): number {
    for (let at = from; at < piece.length; ) {
      const byte = piece[at++] ?? 0
      this.#length += (byte & 0x7f) * 128 ** this.#prefixBytes
      this.#prefixBytes++
      if (this.#length > FRAME_BYTES_ACCEPTED_MAX) throw tooLarge(this.#length)
      if (byte < 0x80) {
        this.#body = NOTHING
        return at
      }
      if (this.#prefixBytes === PREFIX_BYTES_MAX) throw tooLarge(undefined)
    }
    return piece.length
  }

  /** Adds to the body. Returns it when it is whole. */
  #collect(part: Uint8Array): Uint8Array | undefined {
    if (part.length === this.#length) return part
    const filled = this.#filled + part.length
    if (this.#body === undefined || this.#body.length < filled) this.#body = this.#grown(filled)
    this.#body.set(part, this.#filled)
    this.#filled = filled
    return filled === this.#length ? this.#body.subarray(0, filled) : undefined
  }

  #grown(bytes: number): Buffer {
    const grown = Buffer.allocUnsafe(Math.min(this.#length, 2 * bytes))
    this.#body?.copy(grown, 0, 0, this.#filled)
    return grown
  }

  #finish(body: Uint8Array): SplitFrame {
    const bytes = body.length + this.#prefixBytes
    this.#prefixBytes = 0
    this.#length = 0
    this.#body = undefined
    this.#filled = 0
    return { body, bytes }
  }
}

const NOTHING = Buffer.alloc(0)

function tooLarge(bytes: number | undefined): ReplicateError {
  return new ReplicateError(
    'REPLICATE_FRAME_TOO_LARGE',
    `A frame of ${bytes ?? 'more than 4 MiB'} bytes; at most ${FRAME_BYTES_ACCEPTED_MAX} are accepted.`,
    { bytes, limit: FRAME_BYTES_ACCEPTED_MAX },
  )
}
