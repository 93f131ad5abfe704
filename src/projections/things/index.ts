// The face of things/: which messages are in force, and why the others are not.

export { Effects } from './effects.ts'
export { isInForce } from './states.ts'
export { Things } from './things.ts'
export type { Effect, EffectReason } from './effects.ts'
export type { Misfit, State } from './verdicts.ts'
