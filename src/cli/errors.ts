// What a verb ends with when it does not succeed. Exit codes are public and frozen (README, "Exit codes").

/** 1 failed · 2 wrong usage · 3 the node is not running · 4 not found · 5 not allowed · 6 timed out. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6

/** Thrown by verbs; `main` prints the message on stderr and exits with the code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  /** The public code of the error behind it, for `--json`. */
  readonly code: string

  constructor(exitCode: ExitCode, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
    this.code = code
  }
}
