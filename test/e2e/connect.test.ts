import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'

/** A person’s home, in which no client was ever started. */
function home(): { directory: string; environment: Record<string, string> } {
  const directory = temporaryDirectory()
  const unset = { CLAUDE_CONFIG_DIR: '', CODEX_HOME: '', XDG_CONFIG_HOME: '' }
  return { directory, environment: { HOME: directory, ...unset } }
}

test('a client that was told of this node speaks with it, also when it has another port, and is told no more after --undo', async () => {
  const dataDir = temporaryDirectory()
  const { directory, environment } = home()
  const on = ['connect', 'claude', '--data-dir', dataDir]
  const connected = await runVerb(on, environment)
  expect(connected).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Claude Code knows this node now') })
  const path = join(directory, '.claude.json')
  const { command, args } = JSON.parse(readFileSync(path, 'utf8')).mcpServers.egregore

  await startNode({ dataDir, flags: ['--offline', '--api-auth', 'token'] })
  const client = new Client({ name: 'test', version: '0' })
  await client.connect(new StdioClientTransport({ command, args }))
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('egregore_status')
  await client.close()

  const undone = await runVerb([...on, '--undo', '--json'], environment)
  expect(JSON.parse(undone.stdout)).toEqual({ outcome: 'disconnected', path, name: 'egregore' })
  expect(existsSync(path)).toBe(false)
})

test.each(['claude', 'codex', 'cursor', 'vscode'])(
  '--print says what %s would be told, and writes nothing',
  async (client) => {
    const dataDir = join(temporaryDirectory(), 'none')
    const { directory, environment } = home()
    const { exitCode, stdout } = await runVerb(['connect', client, '--print', '--data-dir', dataDir], environment)
    expect([exitCode, stdout.startsWith(`In ${directory}`)]).toEqual([0, true])
    expect(stdout).toContain(dataDir)
    expect(readdirSync(directory)).toEqual([])
    expect(existsSync(dataDir)).toBe(false)
  },
)

test('with --http the node is called at the port it has, and the token stays in its file', async () => {
  const { dataDir, api } = await startNode({ flags: ['--offline', '--api-auth', 'token'] })
  const { environment } = home()
  writeFileSync(join(dataDir, 'config.yaml'), 'api: { auth: token }\n')
  const printed = await runVerb(
    ['connect', 'cursor', '--http', '--print', '--json', '--data-dir', dataDir],
    environment,
  )
  expect(parse(printed.stdout).entry).toEqual({
    url: `${api}/mcp`,
    headers: { Authorization: `Bearer \${env:EGREGORE_API_TOKEN}` },
  })
  const { stdout } = await runVerb(['connect', 'cursor', '--http', '--data-dir', dataDir], environment)
  expect(stdout).toContain(`export EGREGORE_API_TOKEN="$(cat ${join(dataDir, 'api.token')})"`)
})

test.each([
  [['emacs'], {}, 2, 'Allowed choices are claude, codex, cursor, vscode'],
  [['claude', '--name', 'a b'], {}, 2, 'Expected letters'],
  [['claude', '--scope', 'all'], {}, 2, 'Allowed choices are user, project'],
  [['claude', '--undo'], {}, 4, 'wrote no egregore'],
  [['claude'], { EGREGORE_MCP: 'false' }, 5, 'serves no MCP'],
  [['claude', '--http'], { EGREGORE_PORT: '0' }, 3, 'no node is running'],
])('connect %j with %j ends with %i', async (words, variables, exitCode, why) => {
  const { environment } = home()
  const ended = await runVerb(['connect', ...words, '--data-dir', temporaryDirectory()], {
    ...environment,
    ...variables,
  })
  expect(ended).toMatchObject({ exitCode, stderr: expect.stringContaining(why) })
})
