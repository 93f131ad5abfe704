// A machine with a systemd that is none: what a test needs to let egregore install a service.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary.ts'

const STAND_IN = new URL('./stand-in-systemctl.ts', import.meta.url).pathname

/** A home, and a systemctl on its PATH. What it started is killed when the test ends. */
export interface ServiceHome {
  environment: Record<string, string>
  /** The description of a service. */
  unit: (name?: string) => string
  /** What systemctl was asked. */
  calls: () => string[]
}

export function serviceHome(): ServiceHome {
  const directory = temporaryDirectory()
  const folder = join(directory, 'systemctl')
  mkdirSync(folder)
  writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\nexec "${process.execPath}" "${STAND_IN}" "$@"\n`, {
    mode: 0o755,
  })
  const environment = {
    HOME: directory,
    XDG_CONFIG_HOME: join(directory, 'config'),
    PATH: `${folder}:${process.env.PATH}`,
    EGREGORE_TEST_SYSTEMCTL: folder,
  }
  onTestFinished(() => killAll(folder))
  return {
    environment,
    unit: (name = 'egregore') => join(directory, 'config/systemd/user', `${name}.service`),
    calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
  }
}

function killAll(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pid'))) {
    const pid = Number(readFileSync(join(folder, file), 'utf8'))
    if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
  }
}
