import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { commandCall } from '../../src/hooks/command.ts'
import { Launcher } from '../../src/hooks/launcher.ts'
import { hookScript, RECORD } from '../support/hook-script.ts'
import { eventually } from '../support/node-process.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import type { Outcome } from '../../src/hooks/attempt.ts'
import type { MessageEntry } from '../../src/log/index.ts'

const CONTEXT = {
  hook: 'my hook',
  identity: identityOf(9).author,
  apiUrl: () => 'http://127.0.0.1:7654',
  dataDir: '/data',
}

async function entryOf(content: unknown = { type: 'note', text: 'hello' }, more = {}): Promise<MessageEntry> {
  return openLog().log.publish({ content, ...more })
}

interface RunInit {
  entry?: MessageEntry
  timeoutMs?: number
  text?: string
  signal?: AbortSignal
}

async function run(path: string, { entry, timeoutMs = 30_000, text = '{}', signal }: RunInit = {}): Promise<Outcome> {
  const launcher = new Launcher()
  onTestFinished(() => launcher.stop())
  const call = commandCall(path, { timeoutMs }, CONTEXT, launcher)
  return call({ entry: entry ?? (await entryOf()), text, attempt: 2 }, signal ?? new AbortController().signal)
}

test('a command gets the message as one line and ends with 0', async () => {
  const hook = hookScript(RECORD)
  expect(await run(hook.path, { text: '{"content":"ä"}' })).toEqual({ kind: 'delivered' })
  expect(hook.lines('messages')).toEqual(['{"content":"ä"}'])
})

test('a command is told the facts of the message in its environment', async () => {
  const hook = hookScript('env | grep ^EGREGORE_ >"$OUT/env"')
  const entry = await entryOf(
    { type: 'query', agent: 'claude' },
    { relates: 'ab'.repeat(32), traceId: 'trace-1', spanId: 'span-1' },
  )
  await run(hook.path, { entry })
  expect(hook.lines('env').sort()).toEqual(
    [
      'EGREGORE_HOOK=my hook',
      'EGREGORE_ATTEMPT=2',
      `EGREGORE_HASH=${entry.hash}`,
      `EGREGORE_AUTHOR=${entry.author}`,
      'EGREGORE_SEQUENCE=1',
      `EGREGORE_TIMESTAMP=${entry.envelope.timestamp}`,
      'EGREGORE_CONTENT_TYPE=query',
      'EGREGORE_AGENT=claude',
      `EGREGORE_RELATES=${'ab'.repeat(32)}`,
      'EGREGORE_TRACE_ID=trace-1',
      'EGREGORE_SPAN_ID=span-1',
      `EGREGORE_IDENTITY=${CONTEXT.identity}`,
      'EGREGORE_API=http://127.0.0.1:7654',
      'EGREGORE_DATA_DIR=/data',
    ].sort(),
  )
})

test.each(['EGREGORE_NETWORK_KEY', 'EGREGORE_PASSPHRASE_FILE', 'EGREGORE_API_TOKEN', 'EGREGORE_HOOK_WEBHOOK_URL'])(
  'a command is not told %s',
  async (name) => {
    process.env[name] = 'secret'
    onTestFinished(() => void delete process.env[name])
    const hook = hookScript('env >"$OUT/env"')
    await run(hook.path)
    expect(hook.lines('env').join()).not.toContain(name)
  },
)

test.each([
  ['a NUL', 'a\u0000b'],
  ['a line break', 'a\nEGREGORE_HOOK=b'],
  ['an escape', '\u001b[2J'],
  ['text without end', 'a'.repeat(513)],
])('a content type with %s is told to no command', async (_, type) => {
  const hook = hookScript('env >"$OUT/env"')
  expect(await run(hook.path, { entry: await entryOf({ type }) })).toEqual({ kind: 'delivered' })
  expect(hook.lines('env').join()).not.toContain('EGREGORE_CONTENT_TYPE')
})

test('a command that does not read its input does no harm', async () => {
  const hook = hookScript('exec 0<&-; exit 0')
  expect(await run(hook.path, { text: 'x'.repeat(5_000_000) })).toEqual({ kind: 'delivered' })
})

test('a command that fails says why: its code, and the end of what it printed on stderr', async () => {
  const hook = hookScript('echo to stdout; echo to stderr >&2; exit 3')
  expect(await run(hook.path)).toEqual({ kind: 'failed', reason: 'It ended with exit code 3.', output: 'to stderr' })
})

test('a command that is ended by a signal has failed', async () => {
  const hook = hookScript('echo to stdout; kill -9 $$')
  expect(await run(hook.path)).toEqual({ kind: 'failed', reason: 'It was ended by SIGKILL.', output: 'to stdout' })
})

test('a command that is not there has failed', async () => {
  const outcome = await run('/no/such/hook')
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'It could not be started (ENOENT).' })
})

test('at the time-out everything that a command started is ended, also what ignores SIGTERM', async () => {
  const hook = hookScript(`
    trap '' TERM
    (trap '' TERM; echo $$ >"$OUT/ready"; while :; do sleep 0.1; done) &
    while :; do sleep 0.1; done`)
  const outcome = await run(hook.path, { timeoutMs: 500 })
  expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('did not end in time') })
  const group = Number(hook.lines('ready')[0])
  await eventually(() => expect(() => process.kill(-group, 0)).toThrow('ESRCH'))
})

test('a command is finished when what it left behind is', async () => {
  const hook = hookScript('(sleep 0.5; echo done >"$OUT/done") & exit 0')
  expect(await run(hook.path)).toEqual({ kind: 'delivered' })
  expect(hook.lines('done')).toEqual(['done'])
})

test('what a command left behind is ended at the time-out, and its message counts as delivered', async () => {
  const hook = hookScript('(sleep 1000) & echo $$ >"$OUT/group"; exit 0')
  expect(await run(hook.path, { timeoutMs: 500 })).toEqual({ kind: 'delivered' })
  const group = Number(hook.lines('group')[0])
  await eventually(() => expect(() => process.kill(-group, 0)).toThrow('ESRCH'))
})

test('a command that prints without end is read slowly, keeps nobody up, and its last words are bounded', async () => {
  const hook = hookScript('exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')
  let turns = 0
  const counting = setInterval(() => turns++, 10)
  const outcome = await run(hook.path, { timeoutMs: 1_000 })
  clearInterval(counting)
  expect(outcome).toMatchObject({ kind: 'failed' })
  expect((outcome as { output: string }).output.length).toBeLessThanOrEqual(1024)
  expect(turns).toBeGreaterThan(10)
})

test('a command of a node that stops is ended, and its message counts as never tried', async () => {
  const hook = hookScript('touch "$OUT/started"; exec sleep 1000')
  const stop = new AbortController()
  const running = run(hook.path, { signal: stop.signal })
  await eventually(() => expect(existsSync(join(hook.out, 'started'))).toBe(true))
  stop.abort()
  expect(await running).toEqual({ kind: 'interrupted' })
})
