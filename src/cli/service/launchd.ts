// launchd of macOS: an agent of a user, or a daemon of the system. launchd.plist(5) has the keys.

import { join } from 'node:path'
import { pathsOf } from '../../config/index.ts'
import { markOf } from './service.ts'
import { xmlText } from './xml.ts'
import type { Manager, Scope, Service } from './service.ts'

/** A node ends within 5 s of a signal; launchd ends it after these. */
const EXIT_SECONDS = 10

/** @param userId - whose session an agent belongs to */
export function launchd(scope: Scope, home: string, userId: number): Manager {
  const domain = scope === 'system' ? 'system' : `gui/${userId}`
  const pathOf = (name: string) => join(scope === 'system' ? '/' : home, FOLDERS[scope], `${name}.plist`)
  return {
    title: 'launchd',
    scope,
    encoding: 'utf8',
    pathOf,
    textOf: propertyList,
    probe: ['launchctl', 'print', domain],
    start: (name) => [
      ['launchctl', 'enable', `${domain}/${name}`],
      ['launchctl', 'bootstrap', domain, pathOf(name)],
    ],
    restart: (name) => [['launchctl', 'kickstart', '-k', `${domain}/${name}`]],
    stop: (name) => [['launchctl', 'bootout', `${domain}/${name}`]],
    forget: [],
    state: {
      call: (name) => ['launchctl', 'print', `${domain}/${name}`],
      read({ exitCode, stdout }) {
        if (exitCode !== 0) return { isRunning: false, words: 'not loaded' }
        const state = /^\s*state = (.+)$/m.exec(stdout)?.[1] ?? 'unknown'
        const pid = /^\s*pid = (\d+)$/m.exec(stdout)?.[1]
        return { isRunning: state === 'running', words: state, ...(pid !== undefined && { pid: Number(pid) }) }
      },
    },
    advice: ({ dataDir }) => [`Its log: egregore logs; what kept it from starting: ${pathsOf(dataDir).output}`],
  }
}

const FOLDERS: Readonly<Record<Scope, string>> = { user: 'Library/LaunchAgents', system: 'Library/LaunchDaemons' }

function propertyList({ name, program, args, dataDir, account, passphraseFile }: Service): string {
  const { output } = pathsOf(dataDir)
  const entries = [
    ['Label', text(name)],
    [
      'ProgramArguments',
      `<array>\n${[program, ...args, QUIET].map((word) => `      ${text(word)}\n`).join('')}    </array>`,
    ],
    ['WorkingDirectory', text(dataDir)],
    ...(account === undefined ? [] : [['UserName', text(account)]]),
    ...(passphraseFile === undefined ? [] : [['EnvironmentVariables', passphrase(passphraseFile)]]),
    ['RunAtLoad', '<true/>'],
    // After a failure alone: a node that was told to stop ends with 0.
    ['KeepAlive', '<dict><key>SuccessfulExit</key><false/></dict>'],
    ['ThrottleInterval', '<integer>10</integer>'],
    ['ExitTimeOut', `<integer>${EXIT_SECONDS}</integer>`],
    ['ProcessType', text('Background')],
    // 077, which a property list can only say in decimal.
    ['Umask', '<integer>63</integer>'],
    ['StandardOutPath', text(output)],
    ['StandardErrorPath', text(output)],
  ]
  const lines = entries.map(([key, value]) => `    <key>${key}</key>\n    ${value}\n`)
  return `${HEAD}<!-- ${markOf(dataDir)} -->\n<plist version="1.0">\n  <dict>\n${lines.join('')}  </dict>\n</plist>\n`
}

/** Nobody turns this file over, as a journal does: only what keeps a node from starting is printed. The node has logs of its own. */
const QUIET = '--quiet'

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`

function passphrase(path: string): string {
  return `<dict><key>EGREGORE_PASSPHRASE_FILE</key>${text(path)}</dict>`
}

function text(value: string): string {
  return `<string>${xmlText(value)}</string>`
}
