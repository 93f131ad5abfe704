// The process that starts commands, seen from the node. A process is started by copying the one that starts it, and a node is large: that
// would hold its main thread for some milliseconds each time. A small one does it instead, reads what commands print, and ends them all
// when the node is gone, however it went.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { sharedEnvironment } from './environment.ts'
import { endGroup } from './process-group.ts'
import type { ChildProcess } from 'node:child_process'
import type { Outcome } from './attempt.ts'
import type { Answer, Order } from './launching.ts'
import type { Command } from './run-command.ts'

/** Starts commands one beside the other. */
export class Launcher {
  readonly #waiting = new Map<number, (outcome: Outcome) => void>()
  /** Process groups of the commands that run. */
  readonly #groups = new Map<number, number>()
  #process: ChildProcess | undefined
  #lastId = 0

  /** Starts the process that commands are started by, while the node is still small; otherwise it is started with the first command. */
  start(): void {
    this.#process ??= this.#fork()
  }

  /** Never throws; ends soon after the signal aborts. */
  run(command: Command, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'interrupted' })
    this.start()
    const id = ++this.#lastId
    const end = (): void => this.#tell({ end: id })
    signal.addEventListener('abort', end, { once: true })
    const answered = new Promise<Outcome>((resolve) => this.#waiting.set(id, resolve))
    this.#tell({ id, command })
    return answered
      .finally(() => signal.removeEventListener('abort', end))
      .then((outcome) => (outcome.kind === 'failed' && signal.aborted ? { kind: 'interrupted' } : outcome))
  }

  /** Ends the process, and with it every command that still runs. Safe to call twice. */
  async stop(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    if (running.connected) running.disconnect()
    await ended
  }

  #fork(): ChildProcess {
    // tsc rewrites import specifiers but not URLs, so the extension is this file's own.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const started = fork(new URL(`./launching.${extension}`, import.meta.url), {
      // A session of its own: what a terminal sends to the node is the node's to answer.
      detached: true,
      env: sharedEnvironment(process.env),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    started.on('message', (answer: Answer) => {
      if ('group' in answer) this.#groups.set(answer.id, answer.group)
      else this.#settle(answer.id, answer.outcome)
    })
    // More than one may come, and one that nobody hears would end the node.
    started.on('error', () => void this.#lost(started))
    started.once('exit', () => {
      // What it said last may still be in the channel.
      if (started.connected) started.once('disconnect', () => void this.#lost(started))
      else void this.#lost(started)
    })
    return started
  }

  /** What cannot be told is answered when the process is found to have ended. */
  #tell(order: Order): void {
    // A machine without files or processes left gives us one that was never connected, and says so a moment later.
    if (this.#process?.connected) this.#process.send(order, () => {})
  }

  #settle(id: number, outcome: Outcome): void {
    this.#groups.delete(id)
    this.#waiting.get(id)?.(outcome)
    this.#waiting.delete(id)
  }

  /** The next command starts another one. What the lost one had started is ended first: its messages come again. */
  async #lost(ended: ChildProcess): Promise<void> {
    if (this.#process !== ended) return
    this.#process = undefined
    const ids = [...this.#waiting.keys()]
    await Promise.all(ids.map((id) => endGroupOf(this.#groups.get(id))))
    const outcome = { kind: 'failed', reason: 'The process that starts commands has ended.', output: '' } as const
    for (const id of ids) this.#settle(id, outcome)
  }
}

async function endGroupOf(group: number | undefined): Promise<void> {
  if (group !== undefined) await endGroup(group)
}
