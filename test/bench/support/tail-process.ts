// A node in a process of its own that says of each message, the moment its log has it: it is here.

import { fork } from 'node:child_process'
import type { BenchRun } from './bench-run.ts'

/** What the process says first: it listens, and connects to its peer. */
export interface Listening {
  /** As another node's peer. */
  address: string
}

/** What the process reports then: a message's hash, and when it was seen, by the clock that all processes of a machine share. */
export interface Seen {
  hash: string
  /** process.hrtime in milliseconds. */
  atMs: number
}

/** Milliseconds on the clock that all processes of a machine share. */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Starts one that knows `peer`, and reports each message to `seen`. Resolves with its address. It is ended with the bench. */
export function startTail(run: BenchRun, peer: string, seen: (message: Seen) => void): Promise<string> {
  const child = fork(new URL('./tail-node.ts', import.meta.url), [run.temporaryDirectory(), peer])
  run.defer(() => child.kill('SIGKILL'))
  const { promise, resolve } = Promise.withResolvers<string>()
  child.on('message', (message) => {
    const said = message as Listening | Seen // It sends nothing else.
    if ('address' in said) resolve(said.address)
    else seen(said)
  })
  return promise
}
