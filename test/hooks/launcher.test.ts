import { execFileSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { Launcher } from '../../src/hooks/launcher.ts'
import { hookScript } from '../support/hook-script.ts'
import { eventually } from '../support/node-process.ts'
import type { Command } from '../../src/hooks/run-command.ts'

const NEVER = new AbortController().signal

function openLauncher(): Launcher {
  const launcher = new Launcher()
  onTestFinished(() => launcher.stop())
  return launcher
}

function commandAt(path: string, variables: Command['variables'] = {}): Command {
  return { path, variables, input: '', timeoutMs: 30_000 }
}

test('many commands run one beside the other, and each has its own outcome', async () => {
  const launcher = openLauncher()
  const hook = hookScript('exit "$CODE"')
  const codes = Array.from({ length: 20 }, (_, index) => index)
  const outcomes = await Promise.all(
    codes.map((code) => launcher.run(commandAt(hook.path, { CODE: String(code) }), NEVER)),
  )
  expect(outcomes[0]).toEqual({ kind: 'delivered' })
  expect(outcomes.slice(1).map((outcome) => outcome.kind === 'failed' && outcome.reason)).toEqual(
    codes.slice(1).map((code) => `It ended with exit code ${code}.`),
  )
})

test('a variable that is null is taken away', async () => {
  process.env.EGREGORE_TRACE_ID = 'of the node'
  onTestFinished(() => void delete process.env.EGREGORE_TRACE_ID)
  const hook = hookScript('! env | grep -q ^EGREGORE_TRACE_ID=')
  expect(await openLauncher().run(commandAt(hook.path, { EGREGORE_TRACE_ID: null }), NEVER)).toEqual({
    kind: 'delivered',
  })
})

test('when the process that starts commands is killed, theirs are ended and have failed, and the next one is started by another', async () => {
  const launcher = openLauncher()
  const hook = hookScript('echo $$ >"$OUT/group"; echo $PPID >"$OUT/parent"; exec sleep 1000')
  const running = launcher.run(commandAt(hook.path), NEVER)
  await eventually(() => expect(hook.lines('parent')).toHaveLength(1))
  process.kill(Number(hook.lines('parent')[0]), 'SIGKILL')
  expect(await running).toMatchObject({ kind: 'failed', reason: 'The process that starts commands has ended.' })
  // What was killed is gone when the system has reaped it.
  await eventually(() => expect(() => process.kill(-Number(hook.lines('group')[0]), 0)).toThrow('ESRCH'))
  expect(await launcher.run(commandAt(hookScript('').path), NEVER)).toEqual({ kind: 'delivered' })
})

test('it ends with all that runs, and has never to be started', async () => {
  const launcher = openLauncher()
  await launcher.stop()
  const hook = hookScript('echo $$ >"$OUT/group"; trap "" TERM; sleep 1000; sleep 1000')
  const running = launcher.run(commandAt(hook.path), NEVER)
  await eventually(() => expect(hook.lines('group')).toHaveLength(1))
  await launcher.stop()
  await launcher.stop()
  await eventually(() => expect(() => process.kill(-Number(hook.lines('group')[0]), 0)).toThrow('ESRCH'))
  expect(await running).toMatchObject({ kind: 'failed' })
})

test('a command of a node that has stopped is not started', async () => {
  const hook = hookScript('touch "$OUT/started"')
  expect(await openLauncher().run(commandAt(hook.path), AbortSignal.abort())).toEqual({ kind: 'interrupted' })
})

test('where no process can be started commands have failed, and the next one is tried', async () => {
  const { execPath } = process
  onTestFinished(() => {
    process.execPath = execPath
  })
  process.execPath = '/nonexistent'
  const launcher = openLauncher()
  const command = commandAt(hookScript('').path)
  expect(await launcher.run(command, NEVER)).toMatchObject({ kind: 'failed' })
  process.execPath = execPath
  expect(await launcher.run(command, NEVER)).toEqual({ kind: 'delivered' })
})

test('a process that has no files left says that a command could not be started, and goes on', () => {
  const script = `
    import { closeSync, openSync } from 'node:fs'
    import { runCommand } from '${new URL('../../src/hooks/run-command.ts', import.meta.url)}'
    const files = []
    try { for (;;) files.push(openSync('/dev/null')) } catch {}
    const running = runCommand({ path: '/bin/true', variables: {}, input: '', timeoutMs: 30000 }, new AbortController().signal, () => {})
    for (const file of files) closeSync(file)
    console.log((await running).reason)`
  const within = 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"'
  const said = execFileSync('/bin/sh', ['-c', within, process.execPath, script], { encoding: 'utf8' })
  expect(said).toBe('It could not be started (EMFILE).\n')
})
