// States as the table of things has them.

import type { State } from './verdicts.ts'

/** Numbers, of which 0 is that of nearly every message. */
export const STATE_NUMBERS: Readonly<Record<State, number>> = {
  'in force': 0,
  superseded: 1,
  retracted: 2,
  erased: 3,
  'without effect': 4,
}

/** Of a message with a claim, from when it is written until it is judged: at the end of the same transaction, or when what was put off is. */
export const UNJUDGED = -1

const STATES = new Map(Object.entries(STATE_NUMBERS).map(([state, number]) => [number, state as State])) // As: its keys are states.

/** What is not judged yet, because it hangs on much, is shown to nobody who does not ask for more than what is in force. */
export function stateNumbered(number: number): State {
  if (number === UNJUDGED) return 'superseded'
  const state = STATES.get(number)
  if (state === undefined) throw new Error(`${number} is no state.`)
  return state
}

/** What is shown only to whoever asks for it. */
export type Hidden = Extract<State, 'superseded' | 'retracted'>

/**
 * Beside a column `offset` of what a question looks at: it holds of messages that are in force, and of those in one of the states that
 * {@link numbersOf} named in its parameter. One that is not folded yet counts as in force.
 */
export function isShown(offset: string): string {
  return `coalesce((SELECT state FROM things WHERE things.offset = ${offset}), 0) IN (SELECT value FROM json_each(?))`
}

/** The parameter of {@link isShown}. */
export function numbersOf(included: readonly Hidden[]): string {
  return JSON.stringify([STATE_NUMBERS['in force'], ...included.map((state) => STATE_NUMBERS[state])])
}

/** Beside a column `offset` of what a question looks at: it holds of messages in force. */
export function isInForce(offset: string): string {
  return `(SELECT state FROM things WHERE things.offset = ${offset}) = ${STATE_NUMBERS['in force']}`
}
