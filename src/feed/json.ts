// Reading a request's JSON so that its numbers keep their own spelling: `1.0` that is sent is `1.0` that is signed.

import { JSON_DEPTH_MAX } from './constants.ts'
import { jsonWithSource } from './raw-json.ts'

/**
 * `JSON.parse`, with every number as a `JSON.rawJSON` token.
 *
 * @throws SyntaxError as `JSON.parse` does, and for nesting beyond 256 (a reviver recurses: deeper text would overflow the stack)
 *
 * @example
 * JSON.stringify(parseJson('{"confidence":1.0}')) // '{"confidence":1.0}'
 */
export function parseJson(text: string): unknown {
  if (depthOf(text) > JSON_DEPTH_MAX) throw new SyntaxError(`JSON is nested deeper than ${JSON_DEPTH_MAX} levels.`)
  return jsonWithSource.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? jsonWithSource.rawJSON(source) : value,
  )
}

/** The deepest nesting of brackets outside strings. Of text that is not JSON it may be anything: parsing refuses that. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') i = endOfString(text, i)
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}

function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}
