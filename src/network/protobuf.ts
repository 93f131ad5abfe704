// The few parts of the protobuf encoding that our protocols use: varints, byte fields, nested messages. Reads what is hostile, so every
// length is checked against its surroundings and nothing is allocated by a claim.

/** The bytes are not what the schema allows. Each protocol makes an error of its own of it. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** A 64-bit varint takes at most this many bytes. */
const VARINT_BYTES_MAX = 10

/** Reads the fields of one message in the order they stand. */
export class ProtobufReader {
  readonly #bytes: Uint8Array
  #at = 0
  #wireType = VARINT

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The number of the next field, or 0 at the end. Its value must be read or skipped before the next call. */
  field(): number {
    if (this.#at === this.#bytes.length) return 0
    const key = this.#varint()
    this.#wireType = key % 8
    const field = (key - this.#wireType) / 8
    if (field === 0) throw invalid('a field number is 0')
    return field
  }

  /** An integer from 0 to 2^53 − 1. */
  integer(): number {
    this.#expect(VARINT)
    const value = this.#varint()
    if (value > Number.MAX_SAFE_INTEGER) throw invalid('an integer is above 2^53 − 1')
    return value
  }

  boolean(): boolean {
    return this.integer() !== 0
  }

  /** A view of the frame's own bytes. */
  bytes(): Uint8Array {
    this.#expect(BYTES)
    return this.#take(this.#varint())
  }

  /** A view of a field that must have exactly this length. */
  bytesOf(length: number): Uint8Array {
    const bytes = this.bytes()
    if (bytes.length !== length) throw invalid(`a field of ${length} bytes has ${bytes.length}`)
    return bytes
  }

  message(): ProtobufReader {
    return new ProtobufReader(this.bytes())
  }

  /** Integers of a repeated field, packed or one by one. */
  *integers(): Generator<number> {
    if (this.#wireType !== BYTES) {
      yield this.integer()
      return
    }
    const packed = this.message()
    while (packed.#at < packed.#bytes.length) yield packed.integer()
  }

  /** Passes over a field that this version does not know. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint()
        return
      case FIXED64:
        this.#take(8)
        return
      case BYTES:
        this.#take(this.#varint())
        return
      case FIXED32:
        this.#take(4)
        return
      default:
        throw invalid(`wire type ${this.#wireType} is not in use`)
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw invalid(`a field has wire type ${this.#wireType} instead of ${wireType}`)
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw invalid('a field is longer than what holds it')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #varint(): number {
    let value = 0
    let unit = 1
    for (let read = 0; read < VARINT_BYTES_MAX; read++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw invalid('a varint is cut off')
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value
      unit *= 128
    }
    throw invalid('a varint is longer than ten bytes')
  }
}

/** Writes fields one behind the other into one growing buffer. Absent values (undefined) write nothing. */
export class ProtobufWriter {
  #buffer: Buffer
  #length = 0

  /** @param expectedBytes - room to start with, to save growing */
  constructor(expectedBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(expectedBytes)
  }

  integer(field: number, value: number | undefined): void {
    if (value === undefined) return
    this.#varint(field * 8 + VARINT)
    this.#varint(value)
  }

  /** A field without explicit presence: 0 is its default and is left out. */
  integerUnlessZero(field: number, value: number): void {
    if (value !== 0) this.integer(field, value)
  }

  /** Writes only `true`. */
  boolean(field: number, value: boolean | undefined): void {
    if (value) this.integer(field, 1)
  }

  bytes(field: number, value: Uint8Array | undefined): void {
    if (value === undefined) return
    this.#varint(field * 8 + BYTES)
    this.#varint(value.length)
    this.#reserve(value.length)
    this.#buffer.set(value, this.#length)
    this.#length += value.length
  }

  text(field: number, value: string): void {
    this.bytes(field, Buffer.from(value))
  }

  hex(field: number, value: string | undefined): void {
    if (value !== undefined) this.bytes(field, Buffer.from(value, 'hex'))
  }

  integers(field: number, values: readonly number[] | undefined): void {
    if (values === undefined || values.length === 0) return
    this.message(field, () => {
      for (const value of values) this.#varint(value)
    })
  }

  /** Writes a nested message: what `write` writes, with its length before it. */
  message(field: number, write: () => void): void {
    this.#varint(field * 8 + BYTES)
    this.#prefixed(write)
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  /** All that `write` writes, with its length before it. */
  finishPrefixed(write: () => void): Uint8Array {
    this.#prefixed(write)
    return this.finish()
  }

  /** The length is known only afterwards; moving the body up by its few bytes costs less than measuring everything twice. */
  #prefixed(write: () => void): void {
    const start = this.#length
    write()
    const end = this.#length
    const prefix = varintLength(end - start)
    this.#reserve(prefix)
    this.#buffer.copyWithin(start + prefix, start, end)
    this.#length = start
    this.#varint(end - start)
    this.#length = end + prefix
  }

  #varint(value: number): void {
    this.#reserve(varintLength(value))
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.#buffer[this.#length++] = rest
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) length++
  return length
}

function invalid(what: string): ProtobufError {
  return new ProtobufError(what)
}
