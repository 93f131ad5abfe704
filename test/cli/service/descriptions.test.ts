import { describe, expect, test } from 'vitest'
import { launchd } from '../../../src/cli/service/launchd.ts'
import { dataDirIn, markOf } from '../../../src/cli/service/service.ts'
import { systemd } from '../../../src/cli/service/systemd.ts'
import { taskScheduler } from '../../../src/cli/service/task-scheduler.ts'
import type { Service } from '../../../src/cli/service/index.ts'

/** Everything that means something in one of the three forms. */
const DATA = `/srv/my "data" 100% $HOME \\ <b>&amp; -- it's é`

const NODE: Service = {
  name: 'egregore',
  scope: 'user',
  program: '/opt/node 24/bin/node',
  args: ['--max-semi-space-size=8', '/opt/egregore/src/cli/bin.js', 'start', '--data-dir', DATA],
  dataDir: DATA,
}

const DAEMON: Service = { ...NODE, scope: 'system', account: 'egregore', passphraseFile: '/etc/egregore/my %pass' }

const HOME = { directory: '/home/me', environment: {} }

describe('the files in golden/ are what managers are told', () => {
  test.each([
    ['user.service', systemd('user', HOME).textOf(NODE)],
    ['user-passphrase.service', systemd('user', HOME).textOf({ ...DAEMON, scope: 'user' })],
    ['system.service', systemd('system', HOME).textOf(DAEMON)],
    ['agent.plist', launchd('user', '/Users/me', 501).textOf(NODE)],
    ['daemon.plist', launchd('system', '/Users/me', 501).textOf(DAEMON)],
    ['task.xml', taskScheduler('C:\\Users\\me\\AppData\\Local', 'DESK\\me').textOf(NODE)],
  ])('%s', async (file, text) => {
    await expect(text).toMatchFileSnapshot(`golden/${file}`)
    expect(dataDirIn(text)).toBe(DATA)
  })
})

test('the mark holds no two hyphens in a row, which end a comment in XML', () => {
  expect(markOf('/a--b--->c')).not.toMatch(/--|>/)
  expect(dataDirIn(markOf('/a--b--->c'))).toBe('/a--b--->c')
  expect(dataDirIn('[Unit]\nDescription=of somebody else')).toBeUndefined()
})

test('arguments of a task are quoted as Windows splits them', () => {
  const args = ['plain', 'with space', 'a"b', 'C:\\dir with space\\', 'a\\"b']
  const text = taskScheduler('C:\\', 'me').textOf({ ...NODE, args })
  expect(/<Arguments>(.*)<\/Arguments>/.exec(text)?.[1]?.replaceAll('&quot;', '"')).toBe(
    '"plain" "with space" "a\\"b" "C:\\dir with space\\\\" "a\\\\\\"b"',
  )
})

describe('files, as each manager documents them', () => {
  test.each([
    [systemd('user', HOME), '/home/me/.config/systemd/user/egregore.service'],
    [systemd('user', { ...HOME, environment: { XDG_CONFIG_HOME: '/x' } }), '/x/systemd/user/egregore.service'],
    [systemd('system', HOME), '/etc/systemd/system/egregore.service'],
    [launchd('user', '/Users/me', 501), '/Users/me/Library/LaunchAgents/egregore.plist'],
    [launchd('system', '/Users/me', 501), '/Library/LaunchDaemons/egregore.plist'],
    [taskScheduler('/local', 'me'), '/local/egregore/egregore.xml'],
  ])('$title ($scope)', (manager, path) => {
    expect(manager.pathOf('egregore')).toBe(path)
  })
})

describe('what managers are called with', () => {
  test.each([
    [
      systemd('system', HOME),
      ['systemctl daemon-reload', 'systemctl enable egregore.service', 'systemctl restart egregore.service'],
    ],
    [
      launchd('user', '/Users/me', 501),
      [
        'launchctl enable gui/501/egregore',
        'launchctl bootstrap gui/501 /Users/me/Library/LaunchAgents/egregore.plist',
      ],
    ],
    [
      launchd('system', '/Users/me', 501),
      ['launchctl enable system/egregore', 'launchctl bootstrap system /Library/LaunchDaemons/egregore.plist'],
    ],
    [
      taskScheduler('/local', 'me'),
      ['schtasks /Create /TN egregore /XML /local/egregore/egregore.xml /F', 'schtasks /Run /TN egregore'],
    ],
  ])('$title ($scope) to start', (manager, calls) => {
    expect(manager.start('egregore').map((call) => call.join(' '))).toEqual(calls)
  })

  test.each([
    [systemd('user', HOME), ['systemctl --user restart egregore.service']],
    [launchd('user', '/Users/me', 501), ['launchctl kickstart -k gui/501/egregore']],
    [taskScheduler('/local', 'me'), ['schtasks /End /TN egregore', 'schtasks /Run /TN egregore']],
  ])('$title ($scope) to restart', (manager, calls) => {
    expect(manager.restart('egregore').map((call) => call.join(' '))).toEqual(calls)
  })

  test.each([
    [systemd('system', HOME), ['systemctl disable --now egregore.service', 'systemctl daemon-reload']],
    [launchd('user', '/Users/me', 501), ['launchctl bootout gui/501/egregore']],
    [taskScheduler('/local', 'me'), ['schtasks /End /TN egregore', 'schtasks /Delete /TN egregore /F']],
  ])('$title ($scope) to stop and forget', (manager, calls) => {
    expect([...manager.stop('egregore'), ...manager.forget].map((call) => call.join(' '))).toEqual(calls)
  })
})

describe('answers of managers', () => {
  const stderr = ''

  test.each([
    [
      'ActiveState=active\nSubState=running\nUnitFileState=enabled\nMainPID=17\nNRestarts=0\nResult=success\n',
      { isRunning: true, words: 'active (running), enabled', pid: 17 },
    ],
    [
      'ActiveState=activating\nSubState=auto-restart\nUnitFileState=enabled\nMainPID=0\nNRestarts=4\nResult=exit-code\n',
      { isRunning: false, words: 'activating (auto-restart), enabled, restarts: 4, ended with exit-code' },
    ],
    ['ActiveState=inactive\nSubState=dead\n', { isRunning: false, words: 'inactive (dead)' }],
  ])('systemd: %j', (stdout, state) => {
    expect(systemd('user', HOME).state.read({ exitCode: 0, stdout, stderr })).toEqual(state)
  })

  test('systemd that does not answer knows of no node', () => {
    const state = systemd('user', HOME).state.read({ exitCode: 1, stdout: '', stderr })
    expect(state).toEqual({ isRunning: false, words: 'does not answer' })
  })

  test.each([
    [
      0,
      'gui/501/egregore = {\n\tactive count = 1\n\tstate = running\n\n\tpid = 17\n',
      { isRunning: true, words: 'running', pid: 17 },
    ],
    [0, 'gui/501/egregore = {\n\tstate = not running\n', { isRunning: false, words: 'not running' }],
    [113, '', { isRunning: false, words: 'not loaded' }],
  ])('launchd: %i %j', (exitCode, stdout, state) => {
    expect(launchd('user', '/Users/me', 501).state.read({ exitCode, stdout, stderr })).toEqual(state)
  })

  test.each([
    [0, '"\\egregore","N/A","Wird ausgeführt"\r\n', { isRunning: true, words: 'Wird ausgeführt' }],
    [1, '', { isRunning: false, words: 'no such task' }],
  ])('the task scheduler: %i %j', (exitCode, stdout, state) => {
    expect(taskScheduler('/local', 'me').state.read({ exitCode, stdout, stderr })).toEqual(state)
  })
})
