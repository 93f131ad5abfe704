// A map that forgets its oldest entry when it is full: for values that can be made again, keyed by what strangers send.

/** The part of a Map that a cache needs. */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/** A map of at most `limit` entries. */
export function boundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const entries = new Map<K, V>()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      if (entries.size >= limit && !entries.has(key)) deleteOldest(entries)
      entries.set(key, value)
    },
  }
}

/** A Map iterates in the order of insertion. */
function deleteOldest<K>(entries: Map<K, unknown>): void {
  for (const oldest of entries.keys()) {
    entries.delete(oldest)
    return
  }
}
