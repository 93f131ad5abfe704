// Proves in one pass, without building a value, that a text is canonical JSON, and finds the places of what it passes.

import { DEPTH_MAX } from './constants.ts'
import { FeedError } from './errors.ts'
import { compareUtf8 } from './utf8-order.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const LOWER_E = 0x65
const LOWER_F = 0x66
const LOWER_N = 0x6e
const LOWER_T = 0x74
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** The letters after a backslash, `u` aside. `\/` is missing: a slash stands for itself. */
const SHORT_ESCAPES = '"\\bfnrt'

/** The four digits after `\u`: controls in lower case, without those that have a short escape (8, 9, a, c, d). */
const CONTROL_ESCAPE = /00(?:0[0-7bef]|1[0-9a-f])/y

/** A place in a text, moving forward over what is canonical and throwing `FEED_NOT_CANONICAL` at what is not. */
export class Scanner {
  readonly text: string
  /** Index of the next unit to be read. */
  at = 0
  /** Whether the string passed last holds an escape. */
  escaped = false

  constructor(text: string) {
    this.text = text
  }

  /** Passes exactly this text. */
  pass(literal: string): void {
    if (!this.text.startsWith(literal, this.at)) throw this.fault(`expected ${literal}`)
    this.at += literal.length
  }

  /** Passes this text if it stands here, and says whether it did. */
  passes(literal: string): boolean {
    if (!this.text.startsWith(literal, this.at)) return false
    this.at += literal.length
    return true
  }

  /** Passes a string and answers what it says. */
  readString(): string {
    const start = this.at
    this.passString()
    if (this.escaped) return JSON.parse(this.text.slice(start, this.at)) as string // As: a JSON string parses to a string.
    return this.text.slice(start + 1, this.at - 1)
  }

  /** Passes a number and answers its token. */
  readNumber(): string {
    const start = this.at
    this.#passNumber()
    return this.text.slice(start, this.at)
  }

  /** Passes any value; `depth` is that of the containers around it. */
  passValue(depth: number): void {
    const unit = this.text.charCodeAt(this.at)
    if (unit === QUOTE) this.passString()
    else if (unit === OPEN_OBJECT) this.#passObject(depth + 1)
    else if (unit === OPEN_ARRAY) this.#passArray(depth + 1)
    else if (unit === LOWER_T) this.pass('true')
    else if (unit === LOWER_F) this.pass('false')
    else if (unit === LOWER_N) this.pass('null')
    else this.#passNumber()
  }

  /** Passes a string in quotes, with the one accepted spelling of every character. */
  passString(): void {
    const { text } = this
    if (text.charCodeAt(this.at) !== QUOTE) throw this.fault('expected a string')
    this.escaped = false
    for (let i = this.at + 1; ; i++) {
      const unit = text.charCodeAt(i)
      if (unit === BACKSLASH) {
        i = this.#endOfEscape(i)
        this.escaped = true
      } else if (unit === QUOTE) {
        this.at = i + 1
        return
      } else if (!(unit >= 0x20)) {
        // Also true for NaN, behind the end of the text.
        this.at = i
        throw this.fault('a string holds a raw control character or does not end')
      }
    }
  }

  fault(reason: string): FeedError {
    return new FeedError('FEED_NOT_CANONICAL', `The text is not canonical at index ${this.at}: ${reason}.`, {
      at: this.at,
    })
  }

  /** Index of the last unit of the escape that begins at `start`. */
  #endOfEscape(start: number): number {
    if (SHORT_ESCAPES.includes(this.text.charAt(start + 1) || ' ')) return start + 1
    CONTROL_ESCAPE.lastIndex = start + 2
    if (this.text.charAt(start + 1) === 'u' && CONTROL_ESCAPE.test(this.text)) return start + 5
    this.at = start
    throw this.fault('this is not the accepted escape of any character')
  }

  #passObject(depth: number): void {
    this.#enter(depth)
    if (this.#ends(CLOSE_OBJECT)) return
    let previousStart = this.at
    let previousEnd = -1
    do {
      const start = this.at
      this.passString()
      if (previousEnd !== -1) this.#checkOrder(previousStart, previousEnd, start, this.at)
      previousStart = start
      previousEnd = this.at
      if (this.text.charCodeAt(this.at) !== COLON) throw this.fault('expected a colon')
      this.at++
      this.passValue(depth)
    } while (this.#continues(CLOSE_OBJECT))
  }

  #passArray(depth: number): void {
    this.#enter(depth)
    if (this.#ends(CLOSE_ARRAY)) return
    do this.passValue(depth)
    while (this.#continues(CLOSE_ARRAY))
  }

  #enter(depth: number): void {
    if (depth > DEPTH_MAX) throw this.fault(`content is nested deeper than ${DEPTH_MAX} levels`)
    this.at++
  }

  #ends(close: number): boolean {
    if (this.text.charCodeAt(this.at) !== close) return false
    this.at++
    return true
  }

  /** Passes a comma, which continues the container, or its end. */
  #continues(close: number): boolean {
    const unit = this.text.charCodeAt(this.at)
    if (unit !== COMMA && unit !== close) throw this.fault('expected a comma or the end of the container')
    this.at++
    return unit === COMMA
  }

  /** Two keys, each with its quotes, must stand in strict order. Most have no escapes and are compared where they stand. */
  #checkOrder(aStart: number, aEnd: number, bStart: number, bEnd: number): void {
    const { text } = this
    const order =
      this.escaped || hasEscape(text, aStart, aEnd)
        ? compareUtf8(JSON.parse(text.slice(aStart, aEnd)), JSON.parse(text.slice(bStart, bEnd)))
        : compareUtf8(text, text, aStart + 1, aEnd - 1, bStart + 1, bEnd - 1)
    if (order < 0) return
    this.at = bStart
    throw this.fault(order === 0 ? 'a key stands twice' : 'keys are not sorted by their UTF-8 bytes')
  }

  #passNumber(): void {
    if (this.text.charCodeAt(this.at) === MINUS) this.at++
    if (this.text.charCodeAt(this.at) === ZERO) this.at++
    else this.#passDigits()
    if (this.text.charCodeAt(this.at) === POINT) {
      this.at++
      this.#passDigits()
    }
    if ((this.text.charCodeAt(this.at) | 0x20) === LOWER_E) this.#passExponent()
  }

  #passExponent(): void {
    this.at++
    const sign = this.text.charAt(this.at)
    if (sign === '+' || sign === '-') this.at++
    this.#passDigits()
  }

  #passDigits(): void {
    const start = this.at
    let unit = this.text.charCodeAt(this.at)
    while (unit >= ZERO && unit <= NINE) unit = this.text.charCodeAt(++this.at)
    if (this.at === start) throw this.fault('expected a value, or a digit of a number')
  }
}

function hasEscape(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === BACKSLASH) return true
  return false
}
