import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, ERAS } from '../api/mcp/clients.ts'
import { eventually, runVerb, sharedNode, spawnTalkingVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Called } from '../api/mcp/clients.ts'

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname

/** What is asked here has nothing to do with peers. */
const OFFLINE = { flags: ['--offline'] }

/** For those that neither stop it nor count what it holds. */
const lasting = sharedNode('--offline')

describe.each(ERAS)('a client of the %s era, over HTTP', (era) => {
  test('publishes, finds it, and goes on after a restart of the node', async () => {
    const node = await startNode(OFFLINE)
    const port = new URL(node.api).port
    const client = await connect(era, new URL('/mcp', node.api), 'claude-code')
    const content = { type: 'insight', title: 'Rate limiting', observation: 'prevents cascades' }
    const published = await client.call('egregore_publish', { content })
    expect(published.structuredContent).toMatchObject({ content: { ...content, agent: 'claude-code' } })
    expect(await node.stop()).toBe(0)
    const again = await startNode({ dataDir: node.dataDir, flags: ['--offline', '--port', port] })
    const found = await client.call('egregore_query', { search: 'cascades' })
    expect(found.structuredContent.messages).toMatchObject([
      { hash: published.structuredContent.hash, agent: 'claude-code' },
    ])
    const later = await client.call('egregore_publish', { content: { text: 'again' } })
    expect(later.structuredContent).toMatchObject({ sequence: 2, content: { agent: 'claude-code' } })
    await again.stop()
  })
})

describe.each(ERAS)('a client of the %s era, over the bridge', (era) => {
  test('lists, calls and reads, goes on with the node on another port, and waits for one that is about to be back', async () => {
    const node = await startNode(OFFLINE)
    const client = await bridged(era, node.dataDir)
    expect((await client.listTools()).tools).toHaveLength(14)
    expect((await client.listPrompts()).prompts).toHaveLength(8)
    const published = await call(client, 'egregore_publish', { content: { text: 'over the bridge' } })
    expect(published.structuredContent.content).toEqual({ text: 'over the bridge', agent: 'stdio-agent' })
    await node.stop()
    const again = await startNode({ dataDir: node.dataDir, ...OFFLINE })
    expect(again.api).not.toBe(node.api)
    const { hash } = published.structuredContent
    const { contents } = await client.readResource({ uri: `egregore://message/${hash}` })
    expect(contents).toMatchObject([{ text: expect.stringContaining('over the bridge') }])
    const later = await call(client, 'egregore_publish', { content: { text: 'again' } })
    expect(later.structuredContent).toMatchObject({ sequence: 2, content: { agent: 'stdio-agent' } })
    await again.stop('SIGKILL')
    const answer = call(client, 'egregore_identity')
    await startNode({ dataDir: node.dataDir, ...OFFLINE })
    expect((await answer).structuredContent.public_id).toBe(node.author)
  })

  test('an error of the node reaches the client as the result of the tool', async () => {
    const client = await bridged(era, lasting().dataDir)
    const answer = await call(client, 'egregore_query', { hash: 'no hash' })
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toContain('INVALID_HASH')
    await expect(call(client, 'egregore_nothing')).rejects.toThrow('Unknown tool')
  })
})

test('a subscriber over the bridge is told of what is published', async () => {
  const node = lasting()
  const client = (await bridged('modern', node.dataDir)) as Client
  const uri = `egregore://feed/${node.author}`
  const told = new Promise((resolve) => client.setNotificationHandler('notifications/resources/updated', resolve))
  await client.listen({ resourceSubscriptions: [uri] })
  await node.publish('news')
  expect(await told).toMatchObject({ params: { uri } })
})

test('the bridge without a node says how to start one, and ends with 3', async () => {
  const { exitCode, stdout, stderr } = await runVerb(['mcp', '--data-dir', temporaryDirectory()])
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toContain('egregore start')
})

test('the bridge shows the token of a node that asks for it', async () => {
  const node = await startNode({ flags: ['--offline', '--api-auth', 'token'] })
  const client = await bridged('legacy', node.dataDir)
  const published = await call(client, 'egregore_publish', { content: 'with leave' })
  expect(published.structuredContent).toMatchObject({ author: node.author, content: 'with leave' })
})

test('a node that runs without MCP says so', async () => {
  const node = await startNode({ flags: ['--offline', '--no-mcp'] })
  const child = spawnTalkingVerb(['mcp', '--data-dir', node.dataDir])
  child.stdin.end('{"jsonrpc":"2.0","id":7,"method":"ping"}\n')
  const answer = JSON.parse(String(await once(child.stdout, 'data')))
  expect(answer).toMatchObject({ id: 7, error: { message: expect.stringContaining('/mcp') } })
})

test('lines that are no messages are answered, and do not end the bridge', async () => {
  const child = spawnTalkingVerb(['mcp', '--data-dir', lasting().dataDir])
  let written = ''
  child.stdout.on('data', (chunk) => {
    written += chunk
  })
  const ping = '{"jsonrpc":"2.0","id":"last","method":"ping"}'
  child.stdin.end(`{"no json\n\n[]\n17\n${'x'.repeat(3_000_000)}\n${ping}`)
  await once(child, 'close')
  const answers = written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers.filter(({ error }) => error !== undefined)).toHaveLength(4)
  expect(answers.filter(({ error }) => error === undefined)).toEqual([{ jsonrpc: '2.0', id: 'last', result: {} }])
  expect(child.exitCode).toBe(0)
})

test('with --start a node is started once, and runs on when its clients have gone', async () => {
  const dataDir = temporaryDirectory()
  const environment = { EGREGORE_PORT: '0', EGREGORE_GOSSIP_PORT: '0' }
  const flags = ['--data-dir', dataDir, '--start']
  onTestFinished(() => endNodeOf(dataDir))
  const ask = async (): Promise<string> => {
    const child = spawnTalkingVerb(['mcp', ...flags], environment)
    child.stdin.end(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"egregore_identity","arguments":{}}}\n',
    )
    return JSON.parse(String(await once(child.stdout, 'data'))).result.structuredContent.public_id
  }
  const [first, second] = await Promise.all([ask(), ask()])
  expect(second).toBe(first)
  const { exitCode } = await runVerb(['status', '--data-dir', dataDir])
  expect(exitCode).toBe(0)
})

/** Ends what `--start` left running. */
async function endNodeOf(dataDir: string): Promise<void> {
  const runtime = join(dataDir, 'runtime.json')
  if (!existsSync(runtime)) return
  process.kill(JSON.parse(readFileSync(runtime, 'utf8')).pid, 'SIGTERM')
  await eventually(() => expect(existsSync(runtime)).toBe(false))
}

async function bridged(era: (typeof ERAS)[number], dataDir: string): Promise<Client | OlderClient> {
  const how = { command: process.execPath, args: [BIN, 'mcp', '--data-dir', dataDir], stderr: 'ignore' as const }
  const about = { name: 'stdio-agent', version: '1.0.0' }
  const client =
    era === 'modern'
      ? new Client(about, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
      : new OlderClient(about)
  onTestFinished(() => client.close())
  if (client instanceof OlderClient) await client.connect(new OlderStdio(how))
  else await client.connect(new StdioClientTransport(how))
  return client
}

async function call(client: Client | OlderClient, name: string, given = {}): Promise<Called> {
  // As: the tests know what their tools answer.
  return (await client.callTool({ name, arguments: given })) as Called
}
