// The face of hooks/: commands and webhooks that are called for messages, at least once each.

export { HookError } from './errors.ts'
export { openHooks } from './hooks.ts'
export type { HookErrorCode } from './errors.ts'
export type { HookFilter, HookInit, Target } from './hook.ts'
export type { DeadLetter, FinishedMessage, HookProgress, HookStore } from './hook-store.ts'
export type { Hooks, HooksInit } from './hooks.ts'
export type { HookComponents, HookState } from './runner.ts'
