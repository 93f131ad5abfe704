// The task scheduler of Windows: a task that starts a node when its user logs on. Real services there want a program made for it, which Node is not.

import { join } from 'node:path'
import { markOf } from './service.ts'
import { xmlText } from './xml.ts'
import type { Manager, Service } from './service.ts'

/**
 * @param localData - the folder of the user's own programs, %LOCALAPPDATA%
 * @param user - who logs on, as DOMAIN\name
 */
export function taskScheduler(localData: string, user: string): Manager {
  const pathOf = (name: string) => join(localData, 'egregore', `${name}.xml`)
  return {
    title: 'the task scheduler',
    scope: 'user',
    // What schtasks itself writes, and the only encoding that every version of it reads.
    encoding: 'utf16le',
    pathOf,
    textOf: (service) => task(service, user),
    probe: ['schtasks', '/Query', '/FO', 'CSV', '/NH'],
    start: (name) => [
      ['schtasks', '/Create', '/TN', name, '/XML', pathOf(name), '/F'],
      ['schtasks', '/Run', '/TN', name],
    ],
    restart: (name) => [
      ['schtasks', '/End', '/TN', name],
      ['schtasks', '/Run', '/TN', name],
    ],
    stop: (name) => [
      ['schtasks', '/End', '/TN', name],
      ['schtasks', '/Delete', '/TN', name, '/F'],
    ],
    forget: [],
    state: {
      call: (name) => ['schtasks', '/Query', '/TN', name, '/FO', 'CSV', '/NH'],
      read({ exitCode, stdout }) {
        if (exitCode !== 0) return { isRunning: false, words: 'no such task' }
        // Its state comes in the language of the system, so a person reads it, and the node is asked itself.
        return { isRunning: true, words: stdout.trim().split('","').at(-1)?.replace(/"$/, '') ?? 'unknown' }
      },
    },
    advice: ({ passphraseFile }) =>
      passphraseFile === undefined
        ? []
        : [
            `A task brings no variables of its own. Set it for the user: setx EGREGORE_PASSPHRASE_FILE "${passphraseFile}"`,
          ],
  }
}

function task({ program, args, dataDir }: Service, user: string): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<!-- ${markOf(dataDir)} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xmlText(`Egregore node on ${dataDir}`)}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <UserId>${xmlText(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(program)}</Command>
      <Arguments>${xmlText(args.map(quoted).join(' '))}</Arguments>
      <WorkingDirectory>${xmlText(dataDir)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`
}

/** As CommandLineToArgvW reads it: backslashes count only in front of a quote. */
function quoted(word: string): string {
  return `"${word.replace(/(\\*)("|$)/g, '$1$1$2').replaceAll('"', '\\"')}"`
}
