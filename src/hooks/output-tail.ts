// The end of what a command prints. All of it is read, so that the command does not block, but the more there is the slower.

import { StringDecoder } from 'node:string_decoder'
import { OUTPUT_BYTES_FREE, OUTPUT_CHARACTERS_KEPT, OUTPUT_PAUSE_MS } from './constants.ts'
import type { Readable } from 'node:stream'

/** Reads a stream from now on; the answer is its last characters so far. */
export function tailOf(stream: Readable): () => string {
  const decoder = new StringDecoder('utf8')
  let bytes = 0
  let tail = ''
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    tail = (tail + decoder.write(chunk.subarray(-4 * OUTPUT_CHARACTERS_KEPT))).slice(-OUTPUT_CHARACTERS_KEPT)
    if (bytes > OUTPUT_BYTES_FREE) pauseBriefly(stream)
  })
  // A stream that is cut off has said what it had to say.
  stream.on('error', () => {})
  return () => tail.trim()
}

function pauseBriefly(stream: Readable): void {
  stream.pause()
  setTimeout(() => stream.resume(), OUTPUT_PAUSE_MS)
}
