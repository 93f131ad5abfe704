// Standard input as lines of bounded length.

import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

/** Characters of a line: what the node takes as a body, and a margin. */
const LINE_LENGTH_MAX = 2 * 1024 * 1024

/** Each line without its end; undefined for one that is longer than any request can be, and was dropped as it came. */
export async function* linesOf(input: Readable): AsyncGenerator<string | undefined> {
  const decoder = new StringDecoder('utf8')
  let begun = ''
  let isDropped = false
  for await (const chunk of input) {
    const [first = '', ...rest] = decoder.write(chunk as Buffer).split('\n') // As: no encoding was set.
    begun += first
    for (const next of rest) {
      yield isDropped ? undefined : begun
      isDropped = false
      begun = next
    }
    if (begun.length <= LINE_LENGTH_MAX) continue
    begun = ''
    isDropped = true
  }
  if (isDropped) yield undefined
  else if (begun !== '') yield begun
}
