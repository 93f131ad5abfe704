// Which manager of services a platform has.

import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { CliError } from '../errors.ts'
import { launchd } from './launchd.ts'
import { systemd } from './systemd.ts'
import { taskScheduler } from './task-scheduler.ts'
import type { Manager, Scope } from './service.ts'

/**
 * The manager of this machine. Where none is known it is that of Linux, whose unit can still be printed.
 *
 * @throws CliError 5 `NO_SYSTEM_SCOPE` where there is none
 */
export function managerOf(scope: Scope): Manager {
  const { env, platform } = process
  if (platform === 'darwin') return launchd(scope, homedir(), userInfo().uid)
  if (platform !== 'win32') return systemd(scope, { directory: homedir(), environment: env })
  if (scope === 'system')
    throw new CliError(5, 'NO_SYSTEM_SCOPE', 'On Windows a node is started when its user logs on: use --user.')
  const user = [env.USERDOMAIN, userInfo().username].filter((part) => part !== undefined).join('\\')
  return taskScheduler(env.LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), user)
}
