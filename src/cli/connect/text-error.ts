// What a client's file is refused with.

/** A text that is not what it should be, with the place. */
export class TextError extends Error {
  override readonly name = 'TextError'
  readonly line: number
  readonly column: number

  constructor(message: string, line: number, column: number) {
    super(message)
    this.line = line
    this.column = column
  }
}
