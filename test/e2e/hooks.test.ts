import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Stranger } from '../examples/example.ts'
import { hookScript, RECORD } from '../support/hook-script.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import { openReceiver } from '../support/receiver.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { AnsweredMessage, NodeProcess } from '../support/node-process.ts'

const MESSAGES = 40

interface Hook {
  name: string
  lag: number
  under_way: number
  delivered: number
  dead_letters: number
}

test('a command gets each new message as REST answers it, and goes on where it was after a restart', async () => {
  const dataDir = temporaryDirectory()
  const hook = hookScript(RECORD)
  const flags = ['--offline', '--hook-on-message', hook.path]
  const before = await startNode({ dataDir, flags: ['--offline'] })
  await before.publish('before there was a hook')
  await before.stop()

  const node = await startNode({ dataDir, flags })
  const first = await node.publish('while it runs')
  const answered = await (await fetch(`${node.api}/v1/message/${first}`)).text()
  await settled(node)
  // REST also tells, at its end, what the node makes of it.
  expect(answered).toContain(String(hook.lines('messages')[0]).replace(/\}\}$/, ','))
  await node.stop()

  const without = await startNode({ dataDir, flags: ['--offline'] })
  const second = await without.publish('while no hook listened')
  await without.stop()

  await settled(await startNode({ dataDir, flags }))
  expect(hashesOf(hook.lines('messages'))).toEqual([first, second])
})

test('a hook with to_me is told what is said to its node, to a role of it and to everybody, and nothing else', async () => {
  const dataDir = temporaryDirectory()
  const hook = hookScript(RECORD)
  writeFileSync(
    join(dataDir, 'config.yaml'),
    `hooks:\n  - on_message: ${hook.path}\n    to_me: true\n    concurrency: 1\n`,
  )
  const node = await startNode({ dataDir, flags: ['--offline'] })
  await node.post('/v1/agents/me', { name: 'Ada', role: 'on-call' })
  const [stranger, another] = [new Stranger(), new Stranger()]
  const say = async (text: string, more: object = {}) =>
    (await stranger.say(node, { type: 'message', text, ...more })).hash
  const heard = [
    await say('to all'),
    await say('to Ada', { to: [node.author] }),
    await say('to on-call', { to: ['role:on-call'] }),
  ]
  await say('to another', { to: [another.author] })
  await stranger.say(node, { type: 'insight', title: 'to nobody', observation: 'in particular' })
  await node.publish('ours')
  await settled(node)
  expect(hashesOf(hook.lines('messages'))).toEqual(heard)
})

test('kill -9 at any moment loses no message, and repeats at most those that were under way', async () => {
  const dataDir = temporaryDirectory()
  const hook = hookScript(RECORD)
  const flags = ['--offline', '--hook-on-message', hook.path]
  const node = await startNode({ dataDir, flags })
  const hashes = await Promise.all(Array.from({ length: MESSAGES }, (_, index) => node.publish(`message ${index}`)))
  await eventually(() => expect(hook.lines('messages').length).toBeGreaterThan(MESSAGES / 4))
  await node.stop('SIGKILL')
  await settled(await startNode({ dataDir, flags }))
  const delivered = hashesOf(hook.lines('messages'))
  expect(new Set(delivered)).toEqual(new Set(hashes))
  expect(delivered.length).toBeLessThanOrEqual(MESSAGES + 4)
})

test('a command that hangs is ended with its node, and its message is delivered after the next start', async () => {
  const dataDir = temporaryDirectory()
  const hook = hookScript(
    `${RECORD}; [ -e "$OUT/go" ] || { trap '' TERM; echo $$ >"$OUT/group"; sleep 1000; sleep 1000; }`,
  )
  const flags = ['--offline', '--hook-on-message', hook.path]
  const node = await startNode({ dataDir, flags })
  const hash = await node.publish('a')
  await eventually(() => expect(hook.lines('group')).toHaveLength(1))
  expect(await node.stop()).toBe(0)
  const group = Number(hook.lines('group')[0])
  await eventually(() => expect(() => process.kill(-group, 0)).toThrow('ESRCH'))
  hook.write('go', '')
  await settled(await startNode({ dataDir, flags }))
  expect(hashesOf(hook.lines('messages'))).toEqual([hash, hash])
})

test('a node that is killed leaves no command behind', async () => {
  const hook = hookScript('echo $$ >"$OUT/group"; trap "" TERM; sleep 1000; sleep 1000')
  const node = await startNode({ flags: ['--offline', '--hook-on-message', hook.path] })
  await node.publish('a')
  await eventually(() => expect(hook.lines('group')).toHaveLength(1))
  await node.stop('SIGKILL')
  const group = Number(hook.lines('group')[0])
  await eventually(() => expect(() => process.kill(-group, 0)).toThrow('ESRCH'))
})

test('a hook publishes over the API that it is told of, and hears its own answer', async () => {
  const hook = hookScript(`
    [ "$EGREGORE_AUTHOR" = "$EGREGORE_IDENTITY" ] && [ "$EGREGORE_CONTENT_TYPE" = response ] && exit 0
    curl -sf -X POST "$EGREGORE_API/v1/publish" -H 'Content-Type: application/json' \\
      -d "{\\"content\\":{\\"type\\":\\"response\\",\\"body\\":\\"seen\\"},\\"relates\\":\\"$EGREGORE_HASH\\"}" >/dev/null`)
  const node = await startNode({ flags: ['--offline', '--hook-on-message', hook.path] })
  const hash = await node.publish('a question')
  await eventually(async () => {
    const { data } = await node.get(`/v1/feed?relates=${hash}&include_self=true`)
    expect(data).toMatchObject([{ content: { body: 'seen' } }])
  })
  await settled(node)
})

test('a node with both kinds of hook tells their names and never the secrets that were given to it', async () => {
  const receiver = await openReceiver()
  const hook = hookScript('env >"$OUT/env"; cat >/dev/null')
  const url = `${receiver.url}/path-secret?token=query-secret`
  const node = await startNode({
    flags: ['--offline', '--hook-on-message', hook.path, '--hook-webhook-url', url, '--network-key', 'key-secret'],
  })
  const hash = await node.publish('a')
  await settled(node)
  expect(receiver.received).toMatchObject([
    { path: '/path-secret?token=query-secret', headers: { 'idempotency-key': hash } },
  ])
  const { stdout } = await runVerb(['status', '--data-dir', node.dataDir])
  expect(stdout).toContain('on-message, webhook')
  const json = await runVerb(['hooks', '--json', '--data-dir', node.dataDir])
  expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'on-message' }, { name: 'webhook', target: receiver.url }])
  expect(json.stdout + hook.lines('env').join()).not.toContain('-secret')
})

test('hooks of the configuration file get what their filters let pass', async () => {
  const dataDir = temporaryDirectory()
  const receiver = await openReceiver()
  const hook = hookScript(RECORD)
  const hooks = [
    { name: 'questions', on_message: hook.path, content_type: 'query', from: 'beginning' },
    { name: 'all', webhook_url: receiver.url, secret: 'a secret' },
  ]
  writeFileSync(join(dataDir, 'config.yaml'), JSON.stringify({ hooks }))
  const node = await startNode({ dataDir, flags: ['--offline'] })
  const hash = await node.publish('no question')
  const { data: question } = await node.post('/v1/publish', { content: { type: 'query', body: 'why?' } })
  await settled(node)
  expect(hashesOf(hook.lines('messages'))).toEqual([question.hash])
  expect(receiver.received.map(({ headers }) => headers['idempotency-key']).sort()).toEqual(
    [hash, question.hash].sort(),
  )
  expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,/)
})

test('dead letters are seen, tried again and dropped by verbs', async () => {
  const statuses = [500, 500, 500]
  const receiver = await openReceiver((response) => response.writeHead(statuses.shift() ?? 204).end('not\u001b[2J now'))
  const dataDir = temporaryDirectory()
  const hooks = [{ name: 'my hook', webhook_url: receiver.url, max_retries: 0 }]
  writeFileSync(join(dataDir, 'config.yaml'), JSON.stringify({ hooks }))
  const node = await startNode({ dataDir, flags: ['--offline'] })
  const none = await hooksVerb(node, 'letters', 'my hook')
  expect(none).toMatchObject({ exitCode: 0, stdout: 'my hook has no dead letters.\n' })
  const hashes = [await node.publish('a'), await node.publish('b')]
  await settled(node)

  const { stdout } = await hooksVerb(node, 'letters', 'my hook')
  for (const hash of hashes)
    expect(stdout).toMatch(new RegExp(`^${hash} .*one attempt\n  It answered 500. not now$`, 'm'))
  expect((await hooksVerb(node, 'list')).stdout).toMatch(
    /my hook +http:\S+ +0 +0 +0 +2 +2 +\d+s ago: It answered 500\.$/m,
  )
  expect((await hooksVerb(node, 'list', '--json')).stdout).toContain('"dead_letters": 2')

  expect(await hooksVerb(node, 'retry', 'my hook', 'all')).toMatchObject({ exitCode: 0 })
  await settled(node)
  expect((await hooksVerb(node, 'drop', 'my hook', hashes[0] ?? '')).stdout).toContain('is gone')
  expect(await hooksVerb(node, 'letters', 'my hook')).toMatchObject({ stdout: 'my hook has no dead letters.\n' })
  expect(await hooksVerb(node, 'drop', 'my hook', hashes[0] ?? '')).toMatchObject({ exitCode: 4 })
  expect(await hooksVerb(node, 'letters', 'other')).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('other'),
  })
})

test.each([
  ['--hook-on-message', '/no/such/hook', 'there is no such file'],
  ['--hook-webhook-url', 'example.org', 'must begin with http'],
  ['--hook-webhook-url', 'http://169.254.169.254/', 'cloud metadata'],
  ['--hook-timeout-secs', '0', '--hook-timeout-secs'],
])('a node with %s %s does not start', async (flag, value, reason) => {
  const ended = await runVerb(['start', '--data-dir', temporaryDirectory(), '--port', '0', '--offline', flag, value])
  expect(ended.exitCode).not.toBe(0)
  expect(ended.stderr).toContain(reason)
})

async function settled(node: NodeProcess): Promise<void> {
  await eventually(async () => {
    const { data } = await node.get<Hook[]>('/v1/hooks')
    expect(data.map(({ lag, under_way }) => lag + under_way)).toEqual(data.map(() => 0))
  })
}

function hooksVerb(node: NodeProcess, ...args: string[]) {
  return runVerb(['hooks', ...args, '--data-dir', node.dataDir])
}

function hashesOf(lines: readonly string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as AnsweredMessage).hash) // As: written by a node of ours.
}
