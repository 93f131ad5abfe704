// What a bench answers: a figure, the limit measured beside it, and the goal of the design.

/** What a figure counts. */
export type Unit = 'messages/s' | 'µs of CPU' | 'ms' | 's' | 'bytes' | 'MiB' | 'round trips' | 'of 1'

/** A number that was measured. */
export interface Quantity {
  value: number
  unit: Unit
}

/** The best that the machine could do in the same minute, without our rules around it. */
export interface Limit extends Quantity {
  /** What was measured, in a few words. */
  of: string
}

/** What a figure should be. A share compares with the limit, the others with a number in the figure's unit. */
export type Goal =
  | { kind: 'at least'; value: number }
  | { kind: 'at most'; value: number }
  | { kind: 'share of the limit'; share: number }

/** One row of the table. */
export interface Finding {
  /** What was measured, in a few words. */
  what: string
  figure: Quantity
  /** Absent where nothing bare does the same. */
  limit?: Limit
  /** Absent where the row only explains another. */
  goal?: Goal
  /** Facts that the figure must not be read without. */
  note?: string
}

/** The figure as a share of its limit, or undefined without one. */
export function ratioOf({ figure, limit }: Finding): number | undefined {
  return limit && figure.value / limit.value
}

/** Whether the goal is met, or undefined without one. */
export function isMet(finding: Finding): boolean | undefined {
  const { figure, goal } = finding
  switch (goal?.kind) {
    case undefined:
      return undefined
    case 'at least':
      return figure.value >= goal.value
    case 'at most':
      return figure.value <= goal.value
    case 'share of the limit':
      return (ratioOf(finding) ?? 0) >= goal.share
  }
}
