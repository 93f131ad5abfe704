// What the error classes of all layers have in common: a public code, a sentence for a person, and facts.

/**
 * Each layer has one subclass and documents its codes at their union. Codes are public and frozen: they stand in vectors, answers and logs.
 */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code
  /** Facts for a person or a test: what was found, what was expected. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }
}
