// The hooks of a node, from the settings that describe them.

import type { HookInit, Target } from '../hooks/index.ts'
import type { Config } from './config.ts'

/** interfaces.md, "Hooks". */
const RETRIES_MAX = 3
const RETRY_DELAY_MS = 5_000
const CONCURRENCY = 4
const MAX_AGE_MS = 3_600_000

/** In the order in which they stand in the configuration. */
export function hooksOf({ hookOnMessage, hookWebhookUrl, hookTimeoutSecs }: Config): HookInit[] {
  const timeoutMs = hookTimeoutSecs * 1000
  return [
    ...(hookOnMessage === undefined ? [] : [hookOf('on-message', { kind: 'command', path: hookOnMessage }, timeoutMs)]),
    ...(hookWebhookUrl === undefined ? [] : [hookOf('webhook', { kind: 'webhook', url: hookWebhookUrl }, timeoutMs)]),
  ]
}

function hookOf(name: string, target: Target, timeoutMs: number): HookInit {
  return {
    name,
    target,
    filter: { contentTypes: [], tags: [], authors: [] },
    timeoutMs,
    retriesMax: RETRIES_MAX,
    retryDelayMs: RETRY_DELAY_MS,
    concurrency: CONCURRENCY,
    maxAgeMs: MAX_AGE_MS,
    from: 'end',
  }
}
