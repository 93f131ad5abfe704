// How much of a model's context a value takes, counted without any model's own tokenizer.

import { BYTES_PER_TOKEN } from './constants.ts'

/** Bytes of a JSON value as it is written. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Bytes that an answer of so many tokens may have. */
export function bytesIn(tokens: number): number {
  return tokens * BYTES_PER_TOKEN
}

/** The object, its longest lists cut in half until it has so many bytes, or no lists any more. */
export function withShorterLists(
  value: Readonly<Record<string, unknown>>,
  bytesMax: number,
): Readonly<Record<string, unknown>> {
  if (jsonBytes(value) <= bytesMax) return value
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  const [longest] = lists.toSorted(([, one], [, other]) => jsonBytes(other) - jsonBytes(one))
  if (longest === undefined || longest[1].length === 0) return value
  const [name, list] = longest
  return withShorterLists({ ...value, [name]: list.slice(0, Math.floor(list.length / 2)) }, bytesMax)
}

/** The text, or as much of it as has so many bytes in JSON, quotes not counted, with an ellipsis for the rest. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (text.length <= bytesMax && jsonBytes(text) - 2 <= bytesMax) return text
  let kept = ''
  let left = bytesMax - ELLIPSIS_BYTES
  for (const character of text) {
    left -= jsonBytes(character) - 2
    if (left < 0) break
    kept += character
  }
  return bytesMax < ELLIPSIS_BYTES ? '' : `${kept}…`
}

const ELLIPSIS_BYTES = 3
