import { describe, expect, test } from 'vitest'
import { CLIENTS } from '../../../src/cli/connect/client.ts'
import type { ClientName, Places, Scope } from '../../../src/cli/connect/client.ts'

const LINUX: Places = { home: '/home/me', project: '/project', environment: {}, platform: 'linux' }

describe('files, as each client documents them', () => {
  test.each([
    ['claude', 'user', {}, '/home/me/.claude.json'],
    ['claude', 'user', { environment: { CLAUDE_CONFIG_DIR: '/c' } }, '/c/.claude.json'],
    ['claude', 'project', {}, '/project/.mcp.json'],
    ['codex', 'user', {}, '/home/me/.codex/config.toml'],
    ['codex', 'user', { environment: { CODEX_HOME: '/x' } }, '/x/config.toml'],
    ['codex', 'project', {}, '/project/.codex/config.toml'],
    ['cursor', 'user', {}, '/home/me/.cursor/mcp.json'],
    ['cursor', 'project', {}, '/project/.cursor/mcp.json'],
    ['vscode', 'user', {}, '/home/me/.config/Code/User/mcp.json'],
    ['vscode', 'user', { environment: { XDG_CONFIG_HOME: '/x' } }, '/x/Code/User/mcp.json'],
    ['vscode', 'user', { platform: 'darwin' }, '/home/me/Library/Application Support/Code/User/mcp.json'],
    ['vscode', 'user', { platform: 'win32', environment: { APPDATA: '/a' } }, '/a/Code/User/mcp.json'],
    ['vscode', 'project', {}, '/project/.vscode/mcp.json'],
  ] as [ClientName, Scope, Partial<Places>, string][])('%s, %s, %j', (client, scope, places, path) => {
    expect(CLIENTS[client].path(scope, { ...LINUX, ...places })).toBe(path)
  })
})

describe('entries, as each client documents them', () => {
  const stdio = { kind: 'stdio', command: 'node', args: ['x'] } as const
  const http = { kind: 'http', url: 'http://127.0.0.1:1/mcp' } as const
  const guarded = { ...http, tokenVariable: 'T' } as const

  test.each([
    ['claude', stdio, { type: 'stdio', command: 'node', args: ['x'] }],
    ['claude', http, { type: 'http', url: http.url }],
    ['claude', guarded, { type: 'http', url: http.url, headers: { Authorization: `Bearer \${T}` } }],
    ['codex', stdio, { command: 'node', args: ['x'] }],
    ['codex', guarded, { url: http.url, bearer_token_env_var: 'T' }],
    ['cursor', stdio, { command: 'node', args: ['x'] }],
    ['cursor', guarded, { url: http.url, headers: { Authorization: `Bearer \${env:T}` } }],
    ['vscode', stdio, { type: 'stdio', command: 'node', args: ['x'] }],
    ['vscode', guarded, { type: 'http', url: http.url, headers: { Authorization: `Bearer \${env:T}` } }],
  ] as const)('%s by $1.kind', (client, reach, entry) => {
    expect(CLIENTS[client].entry(reach)).toEqual(entry)
  })
})
