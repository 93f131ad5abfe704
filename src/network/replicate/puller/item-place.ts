// Whose message an item claims to be, and which: read from the fixed start of a canonical text before anything is verified. What the
// claim is worth shows at ingest; here it only has to be what was asked for.

import { AUTHOR_LENGTH } from '../../../feed/index.ts'
import type { Author } from '../../../feed/index.ts'

/** Where an item says it belongs. */
export interface ItemPlace {
  author: Author
  sequence: number
}

const BEFORE_AUTHOR = '{"author":"'
const BEFORE_SEQUENCE = '","sequence":'
const AUTHOR_END = BEFORE_AUTHOR.length + AUTHOR_LENGTH
const SEQUENCE_START = AUTHOR_END + BEFORE_SEQUENCE.length

/** 2^53 − 1 has 16 digits. */
const SEQUENCE_DIGITS_MAX = 16

const COMMA = 0x2c
const DIGIT_0 = 0x30

/** Author and sequence as the text states them, or undefined when it does not begin as a message does. */
export function placeOf(text: Uint8Array): ItemPlace | undefined {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length)
  const start = bytes.toString('latin1', 0, SEQUENCE_START)
  if (!start.startsWith(BEFORE_AUTHOR) || !start.endsWith(BEFORE_SEQUENCE)) return undefined
  const sequence = readSequence(bytes)
  // A string of the right place; whether it names a key shows when it is compared with the author that was asked for, or at ingest.
  const author = start.slice(BEFORE_AUTHOR.length, AUTHOR_END) as Author
  return sequence === undefined ? undefined : { author, sequence }
}

function readSequence(bytes: Buffer): number | undefined {
  let sequence = 0
  for (let digits = 0; digits <= SEQUENCE_DIGITS_MAX; digits++) {
    const byte = bytes[SEQUENCE_START + digits]
    if (byte === COMMA) return sequence >= 1 && Number.isSafeInteger(sequence) ? sequence : undefined
    if (byte === undefined || byte < DIGIT_0 || byte > DIGIT_0 + 9) return undefined
    sequence = sequence * 10 + (byte - DIGIT_0)
  }
  return undefined
}
