// /v1/retention: what of all messages this node keeps, what a policy would remove, and a sweep right now.

import { setTimeout as pause } from 'node:timers/promises'
import { z } from '@hono/zod-openapi'
import { formatTimestamp } from '../../feed/index.ts'
import { PREVIEW_AUTHORS_MAX, SWEEP_WAIT_MS } from '../constants.ts'
import { ApiError } from '../errors.ts'
import { draftOf, PolicyBody, policyData } from '../policies.ts'
import { defineRoute } from '../route.ts'
import { PolicyShape, PreviewShape, SweepingShape } from '../shapes/retention.ts'
import type { Sweep } from '../../log/index.ts'
import type { SweepData } from '../shapes/retention.ts'

/** What every body of a policy can be refused for. */
const POLICY_FAULTS = [
  'INVALID_SCOPE',
  'INVALID_MAX_AGE_SECS',
  'INVALID_MAX_COUNT',
  'INVALID_MAX_BYTES',
  'INVALID_COMPACT_KEY',
  'MISSING_CRITERION',
] as const

export const listPoliciesRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/retention/policies',
    summary: 'Policies that say what this node keeps',
    description: 'Each is carried out by itself; none protects what another removes.',
    answer: { status: 200, description: 'In the order in which they were made', data: z.array(PolicyShape) },
    errors: [],
  },
  ({ retention }) => ({ data: retention.policies.list().map(policyData) }),
)

export const addPolicyRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/retention/policies',
    summary:
      'Makes a policy, in force from the next sweep on; one of the same scope and criteria is replaced and keeps its id',
    description:
      'With at least one criterion; several are taken one after the other. A node has 64 policies at most. See first what it would remove: `POST /v1/retention/policies/preview`.',
    body: PolicyBody,
    answer: { status: 201, description: 'The policy as it is in force', data: PolicyShape },
    errors: [...POLICY_FAULTS, 'LOG_POLICIES_FULL', 'STORE_FULL'],
  },
  ({ retention }, { body }) => ({ data: policyData(retention.policies.put(draftOf(body))) }),
)

export const removePolicyRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/retention/policies/{id}',
    summary: 'Removes a policy; what it removed stays removed',
    description: 'Nothing that the policy removed is fetched again.',
    params: z.object({ id: z.string().openapi({ example: '1' }) }),
    answer: { status: 204, description: 'The policy is gone' },
    errors: ['NOT_FOUND', 'STORE_FULL'],
  },
  ({ retention }, { params: { id } }) => {
    if (/^\d{1,15}$/.test(id) && retention.policies.remove(Number(id))) return { data: undefined }
    throw new ApiError('NOT_FOUND', `There is no retention policy ${id}.`, { id })
  },
)

export const previewPolicyRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/retention/policies/preview',
    summary: 'What a policy would remove if it were in force now; nothing is changed',
    description: 'Counts all that would go, and names the authors who would lose most.',
    body: PolicyBody,
    answer: { status: 200, description: 'How much would go, in all and of whom', data: PreviewShape },
    errors: POLICY_FAULTS,
  },
  async ({ retention }, { body }) => {
    const { messages, bytes, inScope, authors } = await retention.preview(draftOf(body))
    const shown = authors.slice(0, PREVIEW_AUTHORS_MAX)
    return { data: { messages, bytes, in_scope: inScope, author_count: authors.length, authors: shown } }
  },
)

export const sweepRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/retention/sweep',
    summary: 'Sweeps now: what has expired is removed, and what the policies do not keep',
    description: 'Waits 10 s at most: a long sweep goes on when this has answered. While one runs, no second begins.',
    answer: {
      status: 200,
      description: 'What the sweep did; after some seconds that it is still running, which it is by itself',
      data: SweepingShape,
    },
    errors: ['STORE_FULL'],
  },
  async ({ retention, stopping }) => {
    const waiting = new AbortController()
    const signal = AbortSignal.any([waiting.signal, stopping])
    const longEnough = pause(SWEEP_WAIT_MS, undefined, { signal }).catch(() => undefined)
    const sweep = await Promise.race([retention.sweep(), longEnough]).finally(() => waiting.abort())
    return { data: { running: sweep === undefined, sweep: sweep && sweepData(sweep) } }
  },
)

export function sweepData({ at, tookMs, expired, surplus, bytes }: Sweep): SweepData {
  return { at: formatTimestamp(at), took_ms: tookMs, expired, surplus, bytes }
}
