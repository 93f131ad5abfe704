// The logger that every layer is given: facts as fields, then a short sentence. Each part of a node has one of its own, whose level can be
// changed while it runs.

/** One line of the log. Never content of messages, never keys; ids short where they repeat. */
type Line = (facts: object, message: string) => void

/** A pino logger fits. */
export interface Logger {
  debug: Line
  info: Line
  warn: Line
  error: Line
}

/** Whose lines they are. `node`: of starting and stopping, and of nobody else. */
export const PARTS = ['api', 'hooks', 'log', 'network', 'node', 'projections', 'store'] as const

export type Part = (typeof PARTS)[number]

/** From the one that says most; each says also what those behind it say, and `silent` nothing. */
export const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type Level = (typeof LEVELS)[number]

const ONE_LEVEL = `(?:(?:${PARTS.join('|')})=)?(?:${LEVELS.join('|')})`

/** How levels are written: `info`, or `network=debug,warn` for a part and the rest; what stands later wins. */
export const LEVELS_TEXT = new RegExp(`^${ONE_LEVEL}(?:,${ONE_LEVEL})*$`)

/** How much each part says: its own level, or else that of all. */
export class LogLevels {
  readonly #own = new Map<Part, Level>()
  #default: Level = 'info'

  /** @param text - as {@link LEVELS_TEXT} has it */
  constructor(text: string) {
    for (const one of text.split(',')) {
      const [level, part] = one.split('=').reverse() as [Level, Part | undefined] // As: the text was checked.
      if (part === undefined) this.#default = level
      else this.#own.set(part, level)
    }
  }

  get default(): Level {
    return this.#default
  }

  set default(level: Level) {
    this.#default = level
  }

  of(part: Part): Level {
    return this.#own.get(part) ?? this.#default
  }

  /** @param level - `default`: from now on that of all */
  set(part: Part, level: Level | 'default'): void {
    if (level === 'default') this.#own.delete(part)
    else this.#own.set(part, level)
  }
}

/** The logger of one part: what its level lets through, with its name. */
export function loggerOf(part: Part, logger: Logger, levels: LogLevels): Logger {
  const line = (level: Exclude<Level, 'silent'>): Line => {
    const rank = LEVELS.indexOf(level)
    return (facts, message) => {
      if (rank >= LEVELS.indexOf(levels.of(part))) logger[level]({ part, ...facts }, message)
    }
  }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
