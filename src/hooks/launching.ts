// Runs as a process of its own, started by launcher.ts: starts commands as it is told and answers what became of each.

import { runCommand } from './run-command.ts'
import type { Outcome } from './attempt.ts'
import type { Command } from './run-command.ts'

/** Start a command, or end one. */
export type Order = { id: number; command: Command } | { end: number }

/** That a command began, as which process group, or how it ended. */
export type Answer = { id: number } & ({ group: number } | { outcome: Outcome })

const running = new Map<number, AbortController>()

process.on('message', (order: Order) => {
  if ('end' in order) running.get(order.end)?.abort()
  else void run(order.id, order.command)
})

/** The node has stopped, or was killed: no command outlives it, and its messages are delivered anew. */
process.once('disconnect', () => {
  for (const stop of running.values()) stop.abort()
})

// Whoever stops a service sends these to all its processes: the node decides, and hangs up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

async function run(id: number, command: Command): Promise<void> {
  const stop = new AbortController()
  running.set(id, stop)
  const outcome = await runCommand(command, stop.signal, (group) => tell({ id, group }))
  running.delete(id)
  tell({ id, outcome })
}

function tell(answer: Answer): void {
  if (process.connected) process.send?.(answer, undefined, undefined, () => {})
}
