// What a puller holds of some topics already, as it names it to a server that it asks for their past: first 8 bytes of the hashes of the messages,
// in rising order, side by side. Spec §4, "Tails".

import { HELD_NAMES_MAX } from './constants.ts'
import { Slices } from './slices.ts'
import type { Hash } from '../../feed/index.ts'
import type { Log } from '../../log/index.ts'

const NAME_BYTES = 8

export const HELD_BYTES_MAX: number = HELD_NAMES_MAX * NAME_BYTES

/** The messages with one of these topics that are held: those that arrived last, where they are too many. Undefined when there are none. */
export async function heldNames(log: Log, topics: readonly string[]): Promise<Uint8Array | undefined> {
  const { scope } = log.selection
  const without = scope === 'all' ? [] : scope.authors
  const slices = new Slices()
  const hashes: Hash[] = []
  for (let { after, upTo } = { after: 0, upTo: log.cursor().offset }; after < upTo; ) {
    const page = await log.tagged({ tags: topics, after, upTo, without, bytesMax: Number.POSITIVE_INFINITY })
    for (const { hash } of page.messages) hashes.push(hash)
    if (hashes.length > 2 * HELD_NAMES_MAX) hashes.splice(0, hashes.length - HELD_NAMES_MAX)
    after = page.upTo.offset
    await slices.pause()
  }
  return namesOf(hashes.slice(-HELD_NAMES_MAX))
}

/** Undefined for no hashes. */
export function namesOf(hashes: readonly Hash[]): Uint8Array | undefined {
  if (hashes.length === 0) return undefined
  const names = Buffer.alloc(hashes.length * NAME_BYTES)
  for (const [index, hash] of hashes.entries()) names.write(hash, index * NAME_BYTES, NAME_BYTES, 'hex')
  // As numbers of the machine's own order they are sorted in a millisecond or two.
  names.swap64()
  const sorted = new BigUint64Array(names.buffer, names.byteOffset, hashes.length).sort()
  // Whoever has time enough can sign two messages with one name.
  const distinct = sorted.filter((name, index) => name !== sorted[index - 1])
  return Buffer.from(distinct.buffer).swap64()
}

/** Whether a field holds whole names in strictly rising order. */
export function areNames(bytes: Uint8Array): boolean {
  const names = bufferOf(bytes)
  for (let at = NAME_BYTES; at + NAME_BYTES <= names.length; at += NAME_BYTES) {
    if (names.readBigUInt64BE(at) <= names.readBigUInt64BE(at - NAME_BYTES)) return false
  }
  return names.length % NAME_BYTES === 0
}

/** Whether a message is among those that were named. */
export function isNamed(bytes: Uint8Array, hash: Hash): boolean {
  const names = bufferOf(bytes)
  const name = BigInt(`0x${hash.slice(0, 2 * NAME_BYTES)}`)
  let [low, high] = [0, names.length / NAME_BYTES]
  while (low < high) {
    const middle = (low + high) >> 1
    if (names.readBigUInt64BE(middle * NAME_BYTES) < name) low = middle + 1
    else high = middle
  }
  return low * NAME_BYTES < names.length && names.readBigUInt64BE(low * NAME_BYTES) === name
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
