// Commands that tests give to hooks: small shell scripts in a directory of the test.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from './temporary.ts'

/** A script and the directory that it finds as `$OUT`. */
export interface HookScript {
  path: string
  out: string
  /** Lines of a file that the script writes there; empty while it is not there. */
  lines(name: string): string[]
  /** Leaves a file there. */
  write(name: string, text: string): void
}

/** Makes an executable of the body of a shell script. */
export function hookScript(body: string): HookScript {
  const out = temporaryDirectory()
  const path = join(out, 'hook.sh')
  writeFileSync(path, `#!/bin/sh\nOUT='${out}'\n${body}\n`, { mode: 0o755 })
  const lines = (name: string): string[] => {
    const file = join(out, name)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  }
  const write = (name: string, text: string): void => writeFileSync(join(out, name), text)
  return { path, out, lines, write }
}

/** Writes its standard input as one line of the file, when it is whole, `messages`. */
export const RECORD = 'IFS= read -r message && printf "%s\\n" "$message" >>"$OUT/messages"'
