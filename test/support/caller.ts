// Starts a process that calls a URL over and over.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { CallsSeen } from './caller-process.ts'

/** Somebody who calls; ended with the test. */
export interface Caller {
  /** Forgets what was seen. */
  begin(): Promise<CallsSeen>
  seen(): Promise<CallsSeen>
}

export function callerOf(url: string): Caller {
  const child = fork(new URL('./caller-process.ts', import.meta.url), [url])
  onTestFinished(() => void child.kill('SIGKILL'))
  const ask = async (word: 'begin' | 'seen'): Promise<CallsSeen> => {
    const answer = once(child, 'message')
    child.send(word)
    const [seen] = await answer
    return seen as CallsSeen // It sends nothing else.
  }
  return { begin: () => ask('begin'), seen: () => ask('seen') }
}
