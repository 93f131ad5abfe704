// systemd, of the system or of a user.

import { join } from 'node:path'
import { systemdUnit } from './systemd-unit.ts'
import type { ManagedState, Manager, Scope, ToolOutcome } from './service.ts'

/** Where a person's files are. */
export interface Home {
  directory: string
  environment: Readonly<Record<string, string | undefined>>
}

export function systemd(scope: Scope, home: Home): Manager {
  const call = scope === 'system' ? (['systemctl'] as const) : (['systemctl', '--user'] as const)
  return {
    title: 'systemd',
    scope,
    encoding: 'utf8',
    pathOf: (name) => join(scope === 'system' ? '/etc/systemd/system' : userUnits(home), `${name}.service`),
    textOf: systemdUnit,
    probe: [...call, 'show', '--property=Version'],
    start: (name) => [
      [...call, 'daemon-reload'],
      [...call, 'enable', `${name}.service`],
      [...call, 'restart', `${name}.service`],
    ],
    restart: (name) => [[...call, 'restart', `${name}.service`]],
    stop: (name) => [[...call, 'disable', '--now', `${name}.service`]],
    forget: [[...call, 'daemon-reload']],
    state: { call: (name) => [...call, 'show', `--property=${PROPERTIES}`, `${name}.service`], read },
    advice: ({ name }) => [
      `Its log: journalctl ${scope === 'system' ? '' : '--user '}-u ${name}`,
      ...(scope === 'user' ? [LINGER] : []),
    ],
  }
}

const LINGER = 'It runs while you are logged in. For always: loginctl enable-linger'

const PROPERTIES = 'ActiveState,SubState,UnitFileState,MainPID,NRestarts,Result'

function userUnits({ directory, environment }: Home): string {
  return join(environment.XDG_CONFIG_HOME || join(directory, '.config'), 'systemd/user')
}

/** Lines such as `MainPID=17`. */
function read({ exitCode, stdout }: ToolOutcome): ManagedState {
  if (exitCode !== 0) return { isRunning: false, words: 'does not answer' }
  const facts = new Map(stdout.split('\n').map((line) => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]))
  const {
    ActiveState = 'unknown',
    SubState = '',
    UnitFileState,
    NRestarts = '0',
    Result,
    MainPID = '0',
  } = Object.fromEntries(facts)
  const words = [
    SubState === '' ? ActiveState : `${ActiveState} (${SubState})`,
    ...(UnitFileState ? [UnitFileState] : []),
    ...(NRestarts === '0' ? [] : [`restarts: ${NRestarts}`]),
    ...(Result && Result !== 'success' ? [`ended with ${Result}`] : []),
  ]
  const isRunning = ActiveState === 'active'
  return { isRunning, words: words.join(', '), ...(MainPID !== '0' && { pid: Number(MainPID) }) }
}
