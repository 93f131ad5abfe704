// The canonical text of what we publish: any JSON value becomes the one spelling that is hashed and signed.

import { CONTENT_BYTES_MAX, DEPTH_MAX } from './constants.ts'
import { FeedError } from './errors.ts'
import { printNumber } from './number.ts'
import { jsonWithSource } from './raw-json.ts'
import { compareUtf8 } from './utf8-order.ts'

/**
 * The canonical JSON text of a content: compact, object keys sorted by UTF-8 bytes, numbers in their published form.
 *
 * @param value - plain objects, arrays, strings, numbers, booleans, null, and `JSON.rawJSON` tokens
 * @throws FeedError `FEED_NOT_CANONICAL` for what JSON or every reader of it cannot hold; `details.path` says where, as `content.a[3]`
 * @throws FeedError `FEED_TOO_LARGE` above 65,536 bytes
 */
export function canonicalContent(value: unknown): string {
  const text = new Writer().write(value)
  const bytes = Buffer.byteLength(text)
  if (bytes <= CONTENT_BYTES_MAX) return text
  throw new FeedError('FEED_TOO_LARGE', `The content is ${bytes} bytes; at most ${CONTENT_BYTES_MAX} can be signed.`, {
    field: 'content',
    bytes,
    limit: CONTENT_BYTES_MAX,
  })
}

/** The canonical form of one string. JSON.stringify escapes exactly what must be escaped; only half characters need refusing. */
export function canonicalString(text: string): string | undefined {
  return text.isWellFormed() ? JSON.stringify(text) : undefined
}

/** Writes a value depth first and knows where it is, for the error message. */
class Writer {
  /** Keys and indexes from the content down to the value in hand. */
  readonly #path: (string | number)[] = []

  write(value: unknown): string {
    if (value === null || typeof value === 'boolean') return String(value)
    if (typeof value === 'string') return this.#string(value)
    if (typeof value === 'number') return this.#number(String(value))
    if (jsonWithSource.isRawJSON(value)) return this.#token(value.rawJSON)
    if (Array.isArray(value)) return this.#array(value)
    if (isPlainObject(value)) return this.#object(value)
    throw this.#refuse(`is ${nameOf(value)}, which JSON cannot hold`)
  }

  #string(text: string): string {
    const written = canonicalString(text)
    if (written === undefined) throw this.#refuse('holds half of a surrogate pair, which UTF-8 cannot hold')
    return written
  }

  #number(token: string): string {
    const written = printNumber(token)
    if (written === undefined) {
      throw this.#refuse(
        `is the number ${token.slice(0, 40)}; numbers must be smaller than 2^53, send others as strings`,
      )
    }
    return written
  }

  #token(token: string): string {
    const value: unknown = JSON.parse(token)
    return typeof value === 'number' ? this.#number(token) : this.write(value)
  }

  #array(items: readonly unknown[]): string {
    this.#checkDepth()
    // Array.from gives holes as undefined, which is refused, where map would skip them.
    return `[${Array.from(items, (item, index) => this.#inside(index, item)).join(',')}]`
  }

  #object(value: Readonly<Record<string, unknown>>): string {
    this.#checkDepth()
    const keys = Object.keys(value).sort((a, b) => compareUtf8(a, b))
    return `{${keys.map((key) => `${this.#string(key)}:${this.#inside(key, value[key])}`).join(',')}}`
  }

  #inside(key: string | number, value: unknown): string {
    this.#path.push(key)
    const written = this.write(value)
    this.#path.pop()
    return written
  }

  /** The container in hand stands inside as many others as the path has steps. */
  #checkDepth(): void {
    if (this.#path.length >= DEPTH_MAX) throw this.#refuse(`is nested deeper than ${DEPTH_MAX} levels`)
  }

  #refuse(reason: string): FeedError {
    const path = pathText(this.#path)
    return new FeedError('FEED_NOT_CANONICAL', `${path} ${reason}.`, { field: 'content', path })
  }
}

/** An object made by a literal or by JSON, of any realm; not a Map, a Date or an instance of a class. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'undefined'
  return typeof value === 'object' ? `a ${value?.constructor?.name}` : `a ${typeof value}`
}

function pathText(path: readonly (string | number)[]): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return `content${text.length > 200 ? `${text.slice(0, 200)}…` : text}`
}
