// The face of things/: which messages are in force, and why the others are not.

export { Effects } from './effects.ts'
export { isInForce, isShown, numbersOf, STATE_NUMBERS } from './states.ts'
export { Things } from './things.ts'
export { Versions, versionsBeside } from './versions.ts'
export type { Effect, EffectReason, Judged } from './effects.ts'
export type { Hidden } from './states.ts'
export type { Misfit, State } from './verdicts.ts'
export type { Thing, Version } from './versions.ts'
