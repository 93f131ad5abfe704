// The hooks of a node, from the settings that describe them. Each target is a hook of its own, with its own progress.

import { basename } from 'node:path'
import { readAtMost } from '../util/index.ts'
import { ConfigError } from './errors.ts'
import type { Author } from '../feed/index.ts'
import type { HookInit, Target } from '../hooks/index.ts'
import type { Config } from './config.ts'
import type { HookEntry } from './hook-entry.ts'

/** interfaces.md, "Hooks". */
const RETRIES_MAX = 3
const RETRY_DELAY_SECS = 5
const CONCURRENCY = 4
const MAX_AGE_SECS = 3_600

/**
 * In the order in which they stand in the configuration, those of flags first.
 *
 * @throws ConfigError `CONFIG_INVALID` when a secret cannot be read
 */
export function hooksOf({ hookOnMessage, hookWebhookUrl, hookTimeoutSecs, hooks }: Config): HookInit[] {
  const entries = [
    ...(hookOnMessage === undefined ? [] : [{ name: 'on-message', on_message: hookOnMessage }]),
    ...(hookWebhookUrl === undefined ? [] : [{ name: 'webhook', webhook_url: hookWebhookUrl }]),
    ...hooks,
  ]
  return entries.flatMap((entry) =>
    targetsOf(entry).map(({ name, target }) => hookOf(name, target, entry, hookTimeoutSecs)),
  )
}

interface Named {
  name: string
  target: Target
}

/** The command has the name of the entry; a webhook beside it is told from it. */
function targetsOf(entry: HookEntry): Named[] {
  const { name, on_message: path, webhook_url: url } = entry
  const named: Named[] = []
  if (path !== undefined) named.push({ name: name ?? basename(path), target: { kind: 'command', path } })
  if (url !== undefined) {
    const own = name ?? URL.parse(url)?.host ?? 'webhook'
    const told = path === undefined || name === undefined ? own : `${name}:webhook`
    named.push({ name: told, target: { kind: 'webhook', url, secret: secretOf(entry, told) } })
  }
  return named
}

function hookOf(name: string, target: Target, entry: HookEntry, timeoutSecs: number): HookInit {
  const { content_type: contentTypes = [], tag: tags = [], agent: agents = [], authors = [], from = 'end' } = entry
  const { to_me: toMe = false } = entry
  const maxAgeSecs = entry.max_age_secs ?? (from === 'end' ? MAX_AGE_SECS : 0)
  return {
    name,
    target,
    filter: { contentTypes, tags, agents, authors: authors as Author[], toMe }, // As: the schema has checked them.
    timeoutMs: (entry.timeout_secs ?? timeoutSecs) * 1000,
    retriesMax: entry.max_retries ?? RETRIES_MAX,
    retryDelayMs: (entry.retry_delay_secs ?? RETRY_DELAY_SECS) * 1000,
    concurrency: entry.concurrency ?? CONCURRENCY,
    maxAgeMs: maxAgeSecs === 0 ? undefined : maxAgeSecs * 1000,
    from,
  }
}

/** As long as one that stands in the file itself. */
const SECRET_BYTES_MAX = 1_024

/** The line break that editors leave at the end of a file is no part of a secret. */
function secretOf({ secret, secret_file: path }: HookEntry, hook: string): string | undefined {
  if (path === undefined) return secret
  const problem = (reason: string) =>
    new ConfigError([
      {
        key: 'hooks',
        origin: { kind: 'program' },
        message: `the hook "${hook}" cannot work: its secret_file ${path} ${reason}`,
      },
    ])
  let text: string
  try {
    text = Buffer.from(readAtMost(path, SECRET_BYTES_MAX)).toString('utf8').trim()
  } catch (error) {
    throw problem(`cannot be read: ${(error as Error).message}`) // As: readAtMost throws nothing else.
  }
  if (text === '') throw problem('is empty')
  return text
}
