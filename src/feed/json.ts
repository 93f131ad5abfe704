// Reading a request's JSON so that its numbers keep their own spelling: `1.0` that is sent is `1.0` that is signed.

import { CONTENT_BYTES_MAX, JSON_DEPTH_MAX, JSON_SIZE_MAX } from './constants.ts'
import { FeedError } from './errors.ts'
import { jsonWithSource } from './raw-json.ts'

/**
 * `JSON.parse`, with every number that JavaScript would spell otherwise as a `JSON.rawJSON` token.
 *
 * @throws SyntaxError as `JSON.parse` does, and for nesting beyond 256 (a reviver recurses: deeper text would overflow the stack)
 * @throws FeedError `FEED_TOO_LARGE` for text with more values than any content can hold, before any of them is made
 *
 * @example
 * JSON.stringify(parseJson('{"confidence":1.0}')) // '{"confidence":1.0}'
 */
export function parseJson(text: string): unknown {
  const survey = new Survey(text)
  survey.run()
  return survey.hasOwnSpelling ? jsonWithSource.parse(text, keepSpelling) : JSON.parse(text)
}

function keepSpelling(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return jsonWithSource.rawJSON(source)
}

/** One look along the text before it is parsed, which takes many times longer. Of text that is not JSON it may say anything. */
class Survey {
  readonly #text: string
  #at = 0
  #depth = 0
  /** Bytes that the canonical text has at least: strings might be empty, numbers of one digit. */
  #size = 0
  /** Whether some number is not spelled as JavaScript would. */
  hasOwnSpelling = false

  constructor(text: string) {
    this.#text = text
  }

  run(): void {
    while (this.#at < this.#text.length) {
      this.#step(this.#text[this.#at] as string) // As: within the text.
      if (this.#depth > JSON_DEPTH_MAX) throw new SyntaxError(`JSON is nested deeper than ${JSON_DEPTH_MAX} levels.`)
      if (this.#size > JSON_SIZE_MAX) throw tooLarge()
    }
  }

  #step(character: string): void {
    if (character === '"') this.#string()
    else if ('{[]},:'.includes(character)) this.#mark(character)
    else if (' \n\r\t'.includes(character)) this.#at++
    else this.#scalar(character)
  }

  #string(): void {
    this.#size += 2
    this.#at++
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"')
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1
    this.#at++
  }

  #mark(character: string): void {
    this.#size++
    this.#at++
    if (character === '{' || character === '[') this.#depth++
    else if (character === '}' || character === ']') this.#depth--
  }

  #scalar(first: string): void {
    this.#size++
    SCALAR.lastIndex = this.#at
    const token = SCALAR.exec(this.#text)?.[0] ?? first
    this.#at += token.length
    if (/[-\d]/.test(first) && String(Number(token)) !== token) this.hasOwnSpelling = true
  }
}

/** A number or a literal, to the next character that can stand behind one. */
const SCALAR = /[^"{[\]},:\s]+/y

function tooLarge(): FeedError {
  const text = `The JSON holds more values than any content: at most ${CONTENT_BYTES_MAX} bytes can be signed.`
  return new FeedError('FEED_TOO_LARGE', text, { field: 'content', limit: CONTENT_BYTES_MAX })
}
