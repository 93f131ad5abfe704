// The error class of the configuration, and how a problem is told.

/** Where a value stands. */
export type Origin =
  | { kind: 'program' }
  | { kind: 'flag'; name: string }
  | { kind: 'environment'; name: string }
  | { kind: 'file'; path: string; line: number; column: number }

/** One thing that is wrong, where it stands, and what to do. */
export interface Problem {
  /** Absent for a problem of settings together, or of a whole file. */
  key?: string
  origin: Origin
  message: string
}

/** `CONFIG_INVALID`: values do not fit, or a file cannot be read; `details.problems` lists everything that is wrong. */
export type ConfigErrorCode = 'CONFIG_INVALID'

/** Thrown before anything is started. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: ConfigErrorCode = 'CONFIG_INVALID'
  readonly details: { problems: readonly Problem[] }

  constructor(problems: readonly Problem[]) {
    const sorted = problems.toSorted((one, other) => placeOf(one) - placeOf(other))
    super(sorted.map(lineOf).join('\n'))
    this.details = { problems: sorted }
  }
}

/** Those of a file come last, in the order of its lines. */
function placeOf({ origin }: Problem): number {
  return origin.kind === 'file' ? origin.line : 0
}

/** One line: place, setting, what was expected and what was found. */
function lineOf({ key, origin, message }: Problem): string {
  switch (origin.kind) {
    case 'program':
      return key === undefined ? message : `${key}: ${message}`
    case 'flag':
    case 'environment':
      return `${origin.name}: ${message}`
    case 'file': {
      const place = `${origin.path}:${origin.line}:${origin.column}`
      return key === undefined ? `${place}: ${message}` : `${place}: ${key}: ${message}`
    }
  }
}
