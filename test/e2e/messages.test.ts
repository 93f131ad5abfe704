import { describe, expect, test } from 'vitest'
import { connect } from '../api/mcp/clients.ts'
import { EventReader } from '../support/event-reader.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import type { Ended, NodeProcess } from '../support/node-process.ts'

/** What the inbox of a node shows. */
interface Received {
  hash: string
  content: { text?: string }
  local: { inbox: { reach: string; severity: string; read_at?: string } }
}

/** Two nodes that hear each other; the other one is called Ada. */
async function openTwo(): Promise<{ a: NodeProcess; b: NodeProcess }> {
  const a = await startNode()
  const b = await startNode({ flags: ['--peer', a.address] })
  await b.post('/v1/agents/me', { name: 'Ada', role: 'reviewer' })
  await eventually(async () => {
    expect((await a.get<object>('/v1/agents/Ada')).data).toMatchObject({ author: b.author })
  })
  return { a, b }
}

function verb(node: NodeProcess, ...args: string[]): Promise<Ended> {
  return runVerb(['message', ...args, '--data-dir', node.dataDir])
}

async function inbox(node: NodeProcess, query = ''): Promise<Received[]> {
  return (await node.get<Received[]>(`/v1/inbox${query}`)).data
}

/** Waits until a message is in the inbox. */
async function received(node: NodeProcess, hash: string, query = ''): Promise<Received> {
  return eventually(async () => (await inbox(node, query)).find((one) => one.hash === hash) ?? expect.fail())
}

async function sent(node: NodeProcess, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await verb(node, 'send', ...args, '--json')
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout).hash
}

describe('two nodes', () => {
  test('what is sent by name is in the inbox and on its stream; that it was read is known there alone, and for good', async () => {
    const { a, b } = await openTwo()
    const { body } = await fetch(`${b.api}/v1/events?inbox=true`)
    const stream = new EventReader(body as ReadableStream<Uint8Array>) // As: a body of fetch.
    await stream.piece()
    const aside = await sent(a, '--to', 'role:press', 'not for Ada')
    const hash = await sent(a, '--to', 'ada', '--severity', 'critical', 'It', 'burns.')
    expect((await stream.next())?.data.hash).toBe(hash)
    await stream.close()
    expect(await received(b, hash)).toMatchObject({ local: { inbox: { reach: 'direct', severity: 'critical' } } })
    expect(await b.holds(aside)).toBe(true)
    const list = await verb(b, 'inbox')
    expect(list.stdout).toMatch(/^HASH +AGE +AUTHOR +TO +KIND +SEVERITY +TEXT\n/)
    expect(list.stdout).toMatch(
      new RegExp(`\n${hash.slice(0, 8)} +\\d+s +@\\S+ +you +message +critical +It burns\\.\n$`),
    )

    expect((await verb(b, 'read', hash.slice(0, 12))).stdout).toMatch(/severity +critical\n\nIt burns\.\n/)
    expect((await verb(b, 'inbox')).stdout).toBe('Nothing new.\n')
    await b.stop()
    const again = await startNode({ dataDir: b.dataDir, flags: ['--peer', a.address] })
    expect(await inbox(again, '?unread=true')).toEqual([])
    expect((await verb(again, 'inbox', '--all')).stdout).toMatch(/critical +read +It burns\./)
    // Nothing that a feed could carry has come of it.
    const next = await again.publish('next')
    await a.waitFor(next)
    expect((await a.get('/v1/feed?limit=10')).data.map((one) => one.hash)).toHaveLength(2)
    expect(JSON.stringify(await a.get('/v1/feed?include_self=true'))).not.toContain('read_at')
  })

  test('what is asked on one is answered by an agent on the other, and the best answer stands first', async () => {
    const { a, b } = await openTwo()
    const asked = await verb(a, 'ask', '--to', 'role:reviewer', 'Why?', '--json')
    const { hash } = JSON.parse(asked.stdout)
    await received(b, hash, '?kind=query')
    const client = await connect('modern', new URL('/mcp', b.api), 'codex')
    const { structuredContent: box } = await client.call('egregore_message', { action: 'inbox' })
    expect(box.messages).toMatchObject([{ id: hash, reach: 'role', type: 'query' }])
    const answer = (content: string, confidence: number) =>
      client.call('egregore_message', { action: 'answer', id: hash, content, confidence })
    const { structuredContent: unsure } = await answer('Perhaps.', 0.2)
    const { structuredContent: sure } = await answer('Because.', 0.9)
    await received(a, sure.id, '?reach=direct')
    await received(a, unsure.id)
    const thread = await verb(a, 'thread', hash, '--json')
    expect(JSON.parse(thread.stdout).answers).toMatchObject([
      { hash: sure.id, content: { answer: 'Because.', agent: 'codex' } },
      { hash: unsure.id },
    ])
    expect((await verb(a, 'thread', hash)).stdout).toMatch(/Why\?\n[\s\S]*Because\.\n[\s\S]*Perhaps\.\n/)
    expect((await verb(a, 'questions', '--state', 'answered')).stdout).toMatch(/answered +2 +Why\?/)
  })

  test('whoever is muted is out of the inbox, however critical, and held all the same', async () => {
    const { a, b } = await openTwo()
    const first = await sent(a, '--to', 'Ada', 'one')
    await received(b, first)
    expect((await verb(b, 'mute', a.author)).stdout).toBe(`muted ${a.author}\n`)
    expect((await verb(b, 'mute')).stdout).toContain(a.author)
    const second = await sent(a, '--to', 'Ada', '--severity', 'critical', 'two')
    await b.waitFor(second)
    expect(await inbox(b)).toEqual([])
    expect((await verb(b, 'inbox', '--muted')).stdout).toMatch(/critical +two\n/)
    expect((await verb(b, 'unmute', a.author)).exitCode).toBe(0)
    expect(await inbox(b)).toHaveLength(2)
  })

  test('what would steer a terminal does not reach it', async () => {
    const { a, b } = await openTwo()
    const hostile = '\u001b[2J\u001b]0;title\u0007\u202eevil\u2066\r\n\tline\u009b31m'
    const content = { type: 'message', text: hostile, title: hostile, to: [b.author], category: 'x' }
    const { data } = await a.post('/v1/publish', { content })
    await received(b, data.hash)
    for (const args of [
      ['inbox'],
      ['inbox', '--json'],
      ['thread', data.hash],
      ['thread', data.hash, '--json'],
      ['read', data.hash],
    ]) {
      const { stdout, exitCode } = await verb(b, ...args)
      expect(exitCode).toBe(0)
      expect(stdout).toContain('evil')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }
  })
})

test('what a verb cannot do it says, and with which code it ends', async () => {
  const node = await startNode()
  const none = '0'.repeat(64)
  for (const [args, exitCode, says] of [
    [['read', none], 4, none],
    [['ack', 'abcdef12'], 4, 'No message whose hash begins with abcdef12'],
    [['answer', none, 'x'], 4, none],
    [['send', '--to', 'nobody', 'x'], 1, 'name or the short key'],
    [['send', '--severity', 'urgent', 'x'], 2, 'Allowed choices are info, warning, critical'],
    [['send', '--reply-to', none, 'x'], 4, none],
    [['send'], 2, 'missing required argument'],
    [['answer', none, 'x', '--confidence', 'high'], 2, 'from 0 to 1'],
    [['mute', 'nobody'], 1, 'name or the short key'],
    [['sned', 'x'], 2, 'Unknown command "message sned"'],
  ] as const) {
    const ended = await verb(node, ...args)
    expect([args, ended.exitCode, ended.stderr]).toEqual([args, exitCode, expect.stringContaining(says)])
  }
})

test.each([
  ['message', 'read'],
  ['message', 'thread'],
  ['memory', 'get'],
])('%s %s says what a hash is', async (...words) => {
  const node = await startNode({ flags: ['--offline'] })
  const { exitCode, stderr } = await runVerb([...words, 'ABC', '--data-dir', node.dataDir])
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('"abc" is none: expected a hash of 64 hex digits')])
})
