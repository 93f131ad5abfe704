// A map that forgets what was not used for longest: for values that can be made again, keyed by what strangers send.

/** The part of a Map that a cache needs. */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/**
 * A map of at most `limit` entries. It has two halves: what is used moves to the young one, and when that is full the old one is
 * dropped whole, which costs no search for the oldest entry.
 */
export function boundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const half = Math.ceil(limit / 2)
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  const set = (key: K, value: V): void => {
    if (young.size >= half && !young.has(key)) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  const get = (key: K): V | undefined => {
    const value = young.get(key)
    if (value !== undefined) return value
    const aged = old.get(key)
    if (aged !== undefined) set(key, aged)
    return aged
  }
  return { get, set }
}
