// Numbers that we publish: printed so that JavaScript and the Rust original (serde_json) would print the same token alike.

/** Below this magnitude a fraction is printed with an exponent. serde_json's border; JavaScript's own is 1e-6. */
const PLAIN_MIN = 1e-5

/**
 * The published form of a JSON number token, or undefined when its magnitude is 2^53 or more: there readers begin to round.
 *
 * A token without fraction and exponent is an integer and stays as it is; any other is a float in its shortest digits, with `.0` when
 * it is whole, so that it stays a float.
 */
export function printNumber(token: string): string | undefined {
  const value = Number(token)
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return undefined
  if (/^-?\d+$/.test(token) && token !== '-0') return token
  return printFloat(value)
}

function printFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  if (Number.isInteger(value)) return `${value}.0`
  return Math.abs(value) < PLAIN_MIN ? value.toExponential() : String(value)
}
