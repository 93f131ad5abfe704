// Keeps the newest message of each author for each value at a path, as a log that is compacted by key does.

import { hash } from 'node:crypto'
import type { HeldAt, HeldMessages, Place } from './surplus.ts'

/** Values remembered in one sweep, of each author apart: some 50 MiB. Messages with other values stay. */
const VALUES_MAX = 200_000

/** Longer values are remembered by their hash. */
const VALUE_LENGTH_MAX = 64

/**
 * Those of these messages that have a newer one of the same author with the same value, each as soon as both were seen. A message
 * without a value, or with null, stays.
 *
 * @param path - into the content, such as `$.entity.id`
 */
export async function* newestOfEach(
  path: string,
  held: HeldMessages,
  pages: AsyncIterable<Place[]>,
): AsyncGenerator<HeldAt[]> {
  const newest = new Map<string, HeldAt>()
  for await (const page of pages) {
    const older: HeldAt[] = []
    const offsets = page.map(({ offset }) => offset)
    for (const { value, ...message } of await held.valuesAt(offsets, path)) {
      if (value === null || value === 'null') continue
      const key = `${message.author} ${value.length > VALUE_LENGTH_MAX ? hash('sha256', value) : value}`
      const rival = newest.get(key)
      if (rival === undefined && newest.size >= VALUES_MAX) continue
      if (rival !== undefined) older.push(message.sequence > rival.sequence ? rival : message)
      if (rival === undefined || message.sequence > rival.sequence) newest.set(key, message)
    }
    if (older.length > 0) yield older
  }
}
