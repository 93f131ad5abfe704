// What has come on a libp2p stream and waits to be read: bounded, in bytes and in what it takes to keep them. A stream's own iterator
// keeps whatever comes, and each small chunk takes some hundred bytes: whoever is read slowly could fill the memory.

import { UNREAD_BYTES_MAX } from './constants.ts'
import { ReplicateError } from './errors.ts'
import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

type Chunk = Uint8Array | Uint8ArrayList

/** Smaller chunks than that are laid side by side in blocks when several wait. */
const SMALL_BYTES = 1_024
const BLOCK_BYTES = 16 * 1_024

/**
 * Chunks as they come, until the other side has said all.
 *
 * @throws ReplicateError `REPLICATE_TOO_MANY` when too much waits; or the stream's own error when it is lost
 */
export async function* chunksOf(stream: Stream): AsyncGenerator<Chunk> {
  const inbox = new Inbox()
  const came = ({ data }: StreamMessageEvent): void => inbox.put(data)
  const closed = ({ error }: StreamCloseEvent): void => inbox.end(error)
  const ended = (): void => inbox.end(undefined)
  if (stream.readStatus !== 'readable' && stream.readStatus !== 'paused') return
  stream.addEventListener('message', came)
  stream.addEventListener('close', closed)
  stream.addEventListener('remoteCloseWrite', ended)
  try {
    for (let chunk = await inbox.take(); chunk !== undefined; chunk = await inbox.take()) yield chunk
  } finally {
    stream.removeEventListener('message', came)
    stream.removeEventListener('close', closed)
    stream.removeEventListener('remoteCloseWrite', ended)
  }
}

/** A queue of chunks. */
export class Inbox {
  readonly #waiting: Chunk[] = []
  #bytes = 0
  /** Where the last chunk that waits lies, when it may grow. */
  #block: { memory: Buffer; bytes: number } | undefined
  #end: { error: Error | undefined } | undefined
  #wake = (): void => {}

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes
  }

  put(chunk: Chunk): void {
    if (this.#end !== undefined) return
    this.#bytes += chunk.byteLength
    if (this.#bytes > UNREAD_BYTES_MAX) this.#overflow()
    else if (this.#waiting.length > 0 && chunk.byteLength < SMALL_BYTES) this.#layDown(chunk)
    else this.#push(chunk)
    this.#wake()
  }

  /** Nothing more comes. What waits can still be taken. */
  end(error: Error | undefined): void {
    this.#end ??= { error }
    this.#wake()
  }

  /** The next chunk; undefined at the end. */
  async take(): Promise<Chunk | undefined> {
    while (this.#waiting.length === 0 && this.#end === undefined) await this.#change()
    const chunk = this.#waiting.shift()
    if (chunk === undefined) {
      if (this.#end?.error !== undefined) throw this.#end.error
      return undefined
    }
    this.#bytes -= chunk.byteLength
    if (this.#waiting.length === 0) this.#block = undefined
    return chunk
  }

  #push(chunk: Chunk): void {
    this.#waiting.push(chunk)
    this.#block = undefined
  }

  /** Behind what lies in the last block, or in a new one. */
  #layDown(chunk: Chunk): void {
    const hasRoom = this.#block !== undefined && this.#block.bytes + chunk.byteLength <= BLOCK_BYTES
    const block = hasRoom && this.#block ? this.#block : { memory: Buffer.allocUnsafeSlow(BLOCK_BYTES), bytes: 0 }
    if (block === this.#block) this.#waiting.pop()
    block.memory.set(chunk.subarray(), block.bytes)
    block.bytes += chunk.byteLength
    this.#waiting.push(block.memory.subarray(0, block.bytes))
    this.#block = block
  }

  #overflow(): void {
    this.#waiting.length = 0
    const facts = { limit: UNREAD_BYTES_MAX }
    this.end(new ReplicateError('REPLICATE_TOO_MANY', 'More came than was read, and nobody had asked for it.', facts))
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
