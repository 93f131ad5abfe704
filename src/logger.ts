// The logger that every layer is given: facts as fields, then a short sentence.

/** One line of the log. Never content of messages, never keys; ids short where they repeat. */
type Line = (facts: object, message: string) => void

/** A pino logger fits. */
export interface Logger {
  debug: Line
  info: Line
  warn: Line
  error: Line
}
