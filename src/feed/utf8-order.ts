// The order of object keys: by their UTF-8 bytes, decided on UTF-16 text without encoding it.

/**
 * Negative, zero or positive as `a` sorts before, with or after `b` by UTF-8 bytes. Either may be a range of a longer text.
 */
export function compareUtf8(a: string, b: string, aFrom = 0, aTo = a.length, bFrom = 0, bTo = b.length): number {
  const length = Math.min(aTo - aFrom, bTo - bFrom)
  for (let i = 0; i < length; i++) {
    const difference = a.charCodeAt(aFrom + i) - b.charCodeAt(bFrom + i)
    if (difference !== 0) return utf8Rank(a.charCodeAt(aFrom + i)) - utf8Rank(b.charCodeAt(bFrom + i))
  }
  return aTo - aFrom - (bTo - bFrom)
}

/**
 * UTF-16 and UTF-8 order differ in one place: a surrogate (half of a character above U+FFFF) is a smaller unit than U+E000 to U+FFFF but
 * belongs behind them. Two different characters above U+FFFF compare alike in both, by their first or their second half.
 */
function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
