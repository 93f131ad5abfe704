// The variables that a command hook finds in its environment: those of the node without its secrets, and the facts of the message.

import { delimiter, dirname } from 'node:path'
import { agentOf } from '../content/index.ts'
import { VARIABLE_CHARACTERS_MAX } from './constants.ts'
import { contentTypeOf } from './wanted.ts'
import type { Outgoing } from './attempt.ts'

/** What every message of a hook has in common. */
export interface CommandContext {
  hook: string
  /** Public id of this node. */
  identity: string
  /** Such as http://127.0.0.1:7654, once the API listens; undefined without API. */
  apiUrl: () => string | undefined
  /** Absolute. */
  dataDir: string
}

/** A hook may publish, follow and block over the API, but it is not told what would let it be this node elsewhere. */
const SECRET = /^EGREGORE_.*(KEY|PASSPHRASE|PASSWORD|TOKEN|SECRET|WEBHOOK_URL)/i

/** What no variable can hold, or nobody expects in one: a peer chose the text. */
const UNFIT = /[\p{Cc}\p{Cf}\u2028\u2029]/u

/** What one call finds beside the environment of the node; null: not set, not even when the node has it. The names are public: docs/hooks.md. */
export function variablesOf(
  { entry, attempt }: Outgoing,
  { hook, identity, apiUrl, dataDir }: CommandContext,
): Record<string, string | null> {
  const { envelope } = entry
  return {
    EGREGORE_HOOK: hook,
    EGREGORE_ATTEMPT: String(attempt),
    EGREGORE_HASH: entry.hash,
    EGREGORE_AUTHOR: entry.author,
    EGREGORE_SEQUENCE: String(entry.sequence),
    EGREGORE_TIMESTAMP: envelope.timestamp,
    EGREGORE_CONTENT_TYPE: fitForVariable(contentTypeOf(entry)) ?? null,
    EGREGORE_AGENT: fitForVariable(agentOf(envelope.content)) ?? null,
    EGREGORE_RELATES: fitForVariable(envelope.relates) ?? null,
    EGREGORE_TRACE_ID: fitForVariable(envelope.trace_id) ?? null,
    EGREGORE_SPAN_ID: fitForVariable(envelope.span_id) ?? null,
    EGREGORE_IDENTITY: identity,
    EGREGORE_API: apiUrl() ?? null,
    EGREGORE_DATA_DIR: dataDir,
  }
}

/** What all commands find: the environment of the node without its secrets. */
export function sharedEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...withoutSecrets(inherited), PATH: withNode(inherited.PATH) }
}

function withoutSecrets(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => !SECRET.test(name)))
}

/** Behind everything else: a hook written for Node finds the one that runs this node, when the machine has no other. */
function withNode(path: string | undefined): string {
  return [path, dirname(process.execPath)].filter((part) => part !== undefined && part !== '').join(delimiter)
}

/** Undefined for what is too long or holds what is unfit. */
export function fitForVariable(text: string | undefined): string | undefined {
  return text === undefined || text.length > VARIABLE_CHARACTERS_MAX || UNFIT.test(text) ? undefined : text
}
