// What egregore asks of systemd, for machines without it: units of a user, started as they are written. It is called as `systemctl` by the
// program under test (see systemctl.ts); the folder EGREGORE_TEST_SYSTEMCTL keeps its calls and processes.

import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

const { EGREGORE_TEST_SYSTEMCTL: folder = '', EGREGORE_TEST_REFUSES: refuses, XDG_CONFIG_HOME: home = '' } = process.env
const [, , scope, verb = '', ...words] = process.argv
const name = words.at(-1) ?? ''
const pidFile = `${folder}/${name}.pid`

appendFileSync(`${folder}/calls`, `${process.argv.slice(2).join(' ')}\n`)
if (scope !== '--user' || verb === refuses) {
  process.stderr.write('Failed to connect to bus: No medium found\n')
  process.exit(1)
}
if (verb === 'restart') await restart()
if (verb === 'disable') await end()
if (verb === 'show') show()

async function restart(): Promise<void> {
  await end()
  const unit = readFileSync(`${home}/systemd/user/${name}`, 'utf8')
  const [program = '', ...args] = wordsOf(/^ExecStart=:(.*)$/m.exec(unit)?.[1] ?? '')
  const cwd = /^WorkingDirectory=(.*)$/m.exec(unit)?.[1]?.replaceAll('%%', '%')
  const env = Object.fromEntries(wordsOf(/^Environment=(.*)$/m.exec(unit)?.[1] ?? '').map((pair) => pair.split('=')))
  const output = openSync(`${folder}/log`, 'a')
  const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', output, output], env })
  writeFileSync(pidFile, String(child.pid))
  child.unref()
}

async function end(): Promise<void> {
  const pid = runningPid()
  if (pid !== undefined) process.kill(pid, 'SIGTERM')
  while (runningPid() !== undefined) await setTimeout(10)
  rmSync(pidFile, { force: true })
}

function show(): void {
  const pid = runningPid()
  const facts =
    pid === undefined
      ? ['ActiveState=failed', 'SubState=failed', 'Result=exit-code', 'NRestarts=3', 'MainPID=0']
      : ['ActiveState=active', 'SubState=running', 'Result=success', 'NRestarts=0', `MainPID=${pid}`]
  process.stdout.write([...facts, 'UnitFileState=enabled', ''].join('\n'))
}

function runningPid(): number | undefined {
  if (!existsSync(pidFile)) return undefined
  const pid = Number(readFileSync(pidFile, 'utf8'))
  // A child that nobody waits for stays as a zombie where no init reaps it.
  const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] : 'Z'
  return state === 'Z' ? undefined : pid
}

/** Quoted words, as systemd.syntax(7) says. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, word = '']) =>
    word.replace(/\\(.)/g, '$1').replaceAll('%%', '%'),
  )
}
