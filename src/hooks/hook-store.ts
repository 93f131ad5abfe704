// What hooks remember across restarts, as a type. store/ implements it.

import type { Author, Hash } from '../feed/index.ts'

/** How far one hook has come. */
export interface HookProgress {
  /** Offset up to which every message is finished. */
  cursor: number
  delivered: number
  /** For their age. */
  skipped: number
  /** Given up after the last attempt. */
  failed: number
}

/** A message that a hook was called for in vain. */
export interface DeadLetter {
  offset: number
  hash: Hash
  author: Author
  /** Attempts in all, those of retries by hand included. */
  attempts: number
  /** What went wrong the last time, in one sentence. */
  reason: string
  /** The end of what the hook printed, or the beginning of what its receiver answered. */
  output: string
  /** Milliseconds since 1970. */
  failedAt: number
}

/** What is written when a message is finished: all of it or nothing. */
export interface FinishedMessage {
  progress: HookProgress
  /** The message; it may stand beyond the cursor, when earlier ones are not finished yet. */
  offset: number
  /** When it was given up. The oldest letters beyond `lettersMax` are removed. */
  letter?: DeadLetter | undefined
  lettersMax: number
}

/**
 * Durable, small, synchronous. A write survives the end of the process at once and a power cut a moment later: what is lost is a hook's
 * knowledge that it was called, so that it is called again.
 */
export interface HookStore {
  /** Undefined for a hook that never ran here. */
  progress(hook: string): HookProgress | undefined
  /** Offsets beyond the cursor that are finished already, in order. */
  finishedAhead(hook: string): number[]
  saveProgress(hook: string, progress: HookProgress): void
  finish(hook: string, finished: FinishedMessage): void
  countLetters(hook: string): number
  /** Oldest first. */
  letters(hook: string): DeadLetter[]
  letter(hook: string, hash: Hash): DeadLetter | undefined
  /** Replaces the letter of this message. */
  saveLetter(hook: string, letter: DeadLetter): void
  removeLetters(hook: string, hashes: readonly Hash[]): void
}
