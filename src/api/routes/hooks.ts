// GET /v1/hooks, and the dead letters of one: listed, tried again, dropped.

import { z } from '@hono/zod-openapi'
import { formatTimestamp, isHash } from '../../feed/index.ts'
import { ApiError } from '../errors.ts'
import { defineRoute } from '../route.ts'
import { HookLetterShape, HookShape } from '../shapes/hooks.ts'
import type { Hash } from '../../feed/index.ts'
import type { HookView, LetterView } from '../hook-control.ts'
import type { HookData, HookLetterData } from '../shapes/hooks.ts'

const LETTERS_PATH = '/v1/hooks/{hook}/dead-letters'

const hookParam = z.object({ hook: z.string().openapi({ description: 'Its name.' }) })

const letterParams = hookParam.extend({
  letter: z.string().openapi({ pattern: '^([0-9a-f]{64}|all)$', description: 'The hash of its message, or all.' }),
})

export const listHooksRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/hooks',
    summary: 'The hooks of this node, and how far each has come',
    description:
      '`lag` counts entries of the log that a hook has not looked at yet; secrets and paths of URLs are not shown.',
    answer: { status: 200, description: 'Hooks, in the order of the configuration', data: z.array(HookShape) },
    errors: [],
  },
  ({ hooks }) => ({ data: hooks.states().map(hookData) }),
)

export const listLettersRoute = defineRoute(
  {
    method: 'get',
    path: LETTERS_PATH,
    summary: 'The messages that a hook failed for',
    description:
      'Each was tried as often as the hook retries. Letters stay, across restarts, until they are delivered or dropped.',
    params: hookParam,
    answer: { status: 200, description: 'Dead letters, oldest first', data: z.array(HookLetterShape) },
    errors: ['HOOK_UNKNOWN'],
  },
  ({ hooks }, { params }) => ({ data: hooks.letters(params.hook).map(letterData) }),
)

export const retryLetterRoute = defineRoute(
  {
    method: 'post',
    path: `${LETTERS_PATH}/{letter}/retry`,
    summary: 'Delivers the message of a dead letter again; the letter goes when its message is taken',
    description: 'Answers before the hook has run. `all` tries every letter again.',
    params: letterParams,
    answer: { status: 204, description: 'It is being tried' },
    errors: ['INVALID_HASH', 'HOOK_UNKNOWN', 'HOOK_LETTER_UNKNOWN', 'HOOK_MESSAGE_GONE'],
  },
  async ({ hooks }, { params }) => {
    await hooks.retry(params.hook, chosen(params.letter))
    return { data: undefined }
  },
)

export const dropLetterRoute = defineRoute(
  {
    method: 'delete',
    path: `${LETTERS_PATH}/{letter}`,
    summary: 'Removes a dead letter; its message stays',
    description: '`all` drops every letter of the hook.',
    params: letterParams,
    answer: { status: 204, description: 'The letter is gone' },
    errors: ['INVALID_HASH', 'HOOK_UNKNOWN', 'HOOK_LETTER_UNKNOWN'],
  },
  ({ hooks }, { params }) => {
    hooks.drop(params.hook, chosen(params.letter))
    return { data: undefined }
  },
)

/** A hook as callers see it. */
export function hookData(hook: HookView): HookData {
  const {
    name,
    kind,
    target,
    cursor,
    lag,
    underWay,
    delivered,
    skipped,
    failed,
    deadLetters,
    quietUntil,
    lastFailure,
  } = hook
  return {
    name,
    kind,
    target,
    cursor,
    lag,
    under_way: underWay,
    delivered,
    skipped,
    failed,
    dead_letters: deadLetters,
    quiet_until: quietUntil === undefined ? undefined : formatTimestamp(quietUntil),
    last_error: lastFailure && { time: formatTimestamp(lastFailure.at), reason: lastFailure.reason },
  }
}

function letterData({ hash, author, attempts, reason, output, failedAt }: LetterView): HookLetterData {
  return { hash, author, attempts, reason, output, failed_at: formatTimestamp(failedAt) }
}

function chosen(letter: string): Hash | 'all' {
  if (letter === 'all' || isHash(letter)) return letter
  throw new ApiError('INVALID_HASH', 'A dead letter is named by the hash of its message, 64 hex digits, or by "all".')
}
