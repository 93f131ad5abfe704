// Points of small order: as the key or as the R of a signature they prove nothing, and libraries do not agree on what to do with them.

const POINT_BYTES = 32

/**
 * The y coordinates of the points of small order (1, 2, 4, 8), little-endian hex without the sign bit. A signature under such a key
 * proves nothing: one that fits every message can be written down without any secret.
 * Source: "Taming the many EdDSAs", Chalkias, Garillot, Nikolaenko 2020, table 1.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/** Whether the first 32 bytes, a key or the R of a signature, are the one encoding of such a point (protocols/message/1 §4 and §6). */
export function isOfSmallOrder(bytes: Uint8Array): boolean {
  const point = Buffer.from(bytes.subarray(0, POINT_BYTES))
  point[POINT_BYTES - 1] = (point[POINT_BYTES - 1] ?? 0) & 0x7f
  return SMALL_ORDER.has(point.toString('hex'))
}
