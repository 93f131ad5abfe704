// The clients that egregore connect knows: where each keeps its MCP servers, and how it writes one. docs/connect.md says when this was last compared.

import { join } from 'node:path'

/** How a client reaches the node. */
export type Reach =
  /** It starts a program that finds the running node and shows its token: restarts and other ports do not matter. */
  | { kind: 'stdio'; command: string; args: readonly string[] }
  /** It calls the node itself. `tokenVariable` names the environment variable with the token, when the node asks for one. */
  | { kind: 'http'; url: string; tokenVariable?: string }

/** Where files of a person, or of a project, are. */
export interface Places {
  home: string
  project: string
  environment: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
}

export type Scope = 'user' | 'project'

/** One client. */
export interface Client {
  title: string
  format: 'json' | 'toml'
  /** Under which key of its file servers stand, by name. */
  section: string
  path: (scope: Scope, places: Places) => string
  /** What it writes for a server. */
  entry: (reach: Reach) => Record<string, unknown>
  /** What makes it read the file again. */
  next: string
}

export type ClientName = 'claude' | 'codex' | 'cursor' | 'vscode'

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  claude: {
    title: 'Claude Code',
    format: 'json',
    section: 'mcpServers',
    path: (scope, { home, project, environment }) =>
      scope === 'project' ? join(project, '.mcp.json') : join(environment.CLAUDE_CONFIG_DIR || home, '.claude.json'),
    entry: (reach) => typed(reach, (name) => `\${${name}}`),
    next: 'A new session of Claude Code has it; /mcp shows its state.',
  },
  codex: {
    title: 'Codex',
    format: 'toml',
    section: 'mcp_servers',
    path: (scope, { home, project, environment }) =>
      scope === 'project'
        ? join(project, '.codex/config.toml')
        : join(environment.CODEX_HOME || join(home, '.codex'), 'config.toml'),
    entry: (reach) =>
      reach.kind === 'stdio'
        ? { command: reach.command, args: reach.args }
        : { url: reach.url, ...(reach.tokenVariable !== undefined && { bearer_token_env_var: reach.tokenVariable }) },
    next: 'A new session of Codex has it; in a project only when that is trusted.',
  },
  cursor: {
    title: 'Cursor',
    format: 'json',
    section: 'mcpServers',
    path: (scope, { home, project }) => join(scope === 'project' ? project : home, '.cursor/mcp.json'),
    entry: (reach) =>
      reach.kind === 'stdio'
        ? { command: reach.command, args: reach.args }
        : { url: reach.url, ...headers(reach.tokenVariable, (name) => `\${env:${name}}`) },
    next: 'Cursor has it after a restart, under MCP in its settings.',
  },
  vscode: {
    title: 'VS Code',
    format: 'json',
    section: 'servers',
    path: (scope, places) =>
      scope === 'project' ? join(places.project, '.vscode/mcp.json') : join(codeDirectory(places), 'User/mcp.json'),
    entry: (reach) => typed(reach, (name) => `\${env:${name}}`),
    next: '"MCP: List Servers" of VS Code shows it, and starts it.',
  },
}

function typed(reach: Reach, variable: (name: string) => string): Record<string, unknown> {
  if (reach.kind === 'stdio') return { type: 'stdio', command: reach.command, args: reach.args }
  return { type: 'http', url: reach.url, ...headers(reach.tokenVariable, variable) }
}

/** The token itself stands in no file but its own. */
function headers(name: string | undefined, variable: (name: string) => string): Record<string, unknown> {
  return name === undefined ? {} : { headers: { Authorization: `Bearer ${variable(name)}` } }
}

function codeDirectory({ home, environment, platform }: Places): string {
  if (platform === 'darwin') return join(home, 'Library/Application Support/Code')
  if (platform === 'win32') return join(environment.APPDATA || join(home, 'AppData/Roaming'), 'Code')
  return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'Code')
}
