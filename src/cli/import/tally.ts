// What became of the lines of an import so far.

/** A line that was not taken. */
export interface Refused {
  line: number
  code: string
}

/** What became of some lines. */
export interface Counted {
  lines: number
  /** How many of each outcome. */
  outcomes: Readonly<Record<string, number>>
  refused: readonly Refused[]
}

/** Bad lines named one by one; of more, the count says enough. */
const REFUSED_NAMED_MAX = 100

/** Adds up. */
export class Tally {
  lines = 0
  refusedCount = 0
  readonly outcomes: Record<string, number> = {}
  /** The first ones, by line. */
  readonly refused: Refused[] = []

  add({ lines, outcomes, refused }: Counted): void {
    this.lines += lines
    for (const [outcome, count] of Object.entries(outcomes))
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + count
    this.refusedCount += refused.length
    this.refused.push(...refused.slice(0, REFUSED_NAMED_MAX - this.refused.length))
    // Answers come in any order.
    this.refused.sort((one, other) => one.line - other.line)
  }
}
