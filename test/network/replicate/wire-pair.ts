// Two ends of a stream in memory: what one sends, the other reads, in order and in the turns of the event loop.

import { decodeFrame } from '../../../src/network/replicate/frames/decode-frame.ts'
import { FrameSplitter } from '../../../src/network/replicate/frames/frame-splitter.ts'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Frame } from '../../../src/network/replicate/frames/frames.ts'
import type { Wire } from '../../../src/network/replicate/wire.ts'

/** A frame that crossed the pair. */
export interface Crossed {
  from: 'puller' | 'server'
  frame: Frame
  bytes: number
}

export interface WirePair {
  puller: Wire
  server: Wire
  /** All frames that were sent, in order, whether or not they arrived. */
  readonly crossed: readonly Crossed[]
}

interface WirePairInit {
  /** Called before each piece is passed on; false loses it and resets both ends. */
  pass?: (crossed: readonly Crossed[]) => boolean
  /** Bytes in one chunk as the reader sees it. */
  chunkBytes?: number
}

/** A fresh pair. */
export function wirePair({ pass = () => true, chunkBytes = Number.POSITIVE_INFINITY }: WirePairInit = {}): WirePair {
  const crossed: Crossed[] = []
  const toServer = new Direction(chunkBytes)
  const toPuller = new Direction(chunkBytes)
  const reset = (): void => {
    const error = new Error('The stream was reset.')
    toServer.fail(error)
    toPuller.fail(error)
  }
  const end = (from: Crossed['from'], outward: Direction, inward: Direction): Wire => {
    const splitter = new FrameSplitter()
    return {
      chunks: inward.chunks(),
      send: (bytes) => {
        const piece = bytes.slice()
        crossed.push(...framesIn(splitter, piece).map((frame) => ({ from, ...frame })))
        if (pass(crossed)) outward.push(piece)
        else reset()
      },
      roomToSend: async () => {},
      close: async () => outward.end(),
      abort: reset,
    }
  }
  return { puller: end('puller', toServer, toPuller), server: end('server', toPuller, toServer), crossed }
}

/** The frames that a piece completes; none of what is not a frame. */
function framesIn(splitter: FrameSplitter, piece: Uint8Array): { frame: Frame; bytes: number }[] {
  try {
    return [...splitter.split(piece)].map(({ body, bytes }) => ({ frame: decodeFrame(body), bytes }))
  } catch {
    return []
  }
}

/** Bytes on their way in one direction. */
class Direction {
  readonly #chunkBytes: number
  readonly #waiting: Uint8Array[] = []
  #state: 'open' | 'ended' | Error = 'open'
  #wake = (): void => {}

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes
  }

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; at += this.#chunkBytes)
      this.#waiting.push(piece.subarray(at, at + this.#chunkBytes))
    this.#wake()
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended'
    this.#wake()
  }

  /** What has not been read is lost. */
  fail(error: Error): void {
    if (this.#state === 'open') this.#state = error
    this.#waiting.length = 0
    this.#wake()
  }

  async *chunks(): AsyncGenerator<Uint8Array | Uint8ArrayList> {
    for (;;) {
      const chunk = this.#waiting.shift()
      if (chunk !== undefined) yield chunk
      else if (this.#state === 'ended') return
      else if (this.#state !== 'open') throw this.#state
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
