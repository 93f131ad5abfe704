// Percentiles of a series of measurements.

/**
 * The smallest measured value that at least this share of all values does not exceed (nearest rank).
 *
 * @param share - above 0, at most 1: 0.99 is the 99th percentile
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}
