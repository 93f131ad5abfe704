// A command hook: one process a message, the message on its standard input as one line.

import { resolve } from 'node:path'
import { variablesOf } from './environment.ts'
import type { Call } from './attempt.ts'
import type { CommandContext } from './environment.ts'
import type { HookInit } from './hook.ts'
import type { Launcher } from './launcher.ts'

/** Starts the command once for each call. */
export function commandCall(
  path: string,
  { timeoutMs }: Pick<HookInit, 'timeoutMs'>,
  context: CommandContext,
  launcher: Launcher,
): Call {
  const absolute = resolve(path)
  return (message, signal) => {
    const variables = variablesOf(message, context)
    return launcher.run({ path: absolute, variables, input: `${message.text}\n`, timeoutMs }, signal)
  }
}
