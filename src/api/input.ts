// The parts of a request on their way into a handler: each is checked by the route's schema, and what is wrong is told field by field.

import { readJsonBody } from './body.ts'
import { ApiError } from './errors.ts'
import type { z } from '@hono/zod-openapi'
import type { HonoRequest } from 'hono'
import type { ApiErrorCode, FieldFault } from './errors.ts'
import type { AnyRouteSpec, RouteInput } from './route.ts'

/** Faults told of one request: enough to mend it, and no more than a screen. */
const FAULTS_TOLD_MAX = 20

type AnyInput = RouteInput<unknown, unknown, unknown, unknown>

/** @throws ApiError with the code that the schema gives, else `INVALID_QUERY` or `INVALID_BODY`; and those of reading a body */
export async function readInput(spec: AnyRouteSpec, request: HonoRequest): Promise<AnyInput> {
  return {
    headers: spec.headers && parse(spec.headers, headersOf(spec.headers, request), 'INVALID_QUERY'),
    params: spec.params && parse(spec.params, request.param(), 'INVALID_QUERY'),
    query: spec.query && parse(spec.query, queryOf(request), 'INVALID_QUERY'),
    body: spec.body && parse(spec.body, await readJsonBody(request), 'INVALID_BODY'),
  }
}

/** A parameter that stands once is text; one that stands twice is a list, which no schema takes. */
function queryOf(request: HonoRequest): Record<string, string | string[]> {
  const given = Object.entries(request.queries())
  return Object.fromEntries(given.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]))
}

/** Only those that the schema names: the others are not this route's. */
function headersOf(schema: z.ZodType, request: HonoRequest): Record<string, string | undefined> {
  const { shape } = schema as z.ZodObject // As: headers are described by an object, which the general type does not say.
  return Object.fromEntries(Object.keys(shape).map((name) => [name, request.header(name)]))
}

function parse(schema: z.ZodType, value: unknown, fallback: ApiErrorCode): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.slice(0, FAULTS_TOLD_MAX).map(faultOf)
  const code = codeOf(result.error.issues) ?? fallback
  const sentence = faults.map(({ field, message }) => `${field || 'The body'} ${message}`).join('; ')
  throw new ApiError(code, `${sentence}.`, faults)
}

/** The code that the schema itself names, when one is wrong. */
function codeOf(issues: readonly z.core.$ZodIssue[]): ApiErrorCode | undefined {
  for (const issue of issues) {
    if (issue.code === 'custom' && issue.params?.code !== undefined) return issue.params.code
  }
  return undefined
}

function faultOf(issue: z.core.$ZodIssue): FieldFault {
  return { field: fieldOf(issue.path), message: messageOf(issue) }
}

/** `['tags', 0]` → `tags[0]` */
function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('')
}

/** Says what is expected, not what was found: a number in the body may be a token, which the checker would call an object. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message
  return issue.expected === 'object' ? 'must be a JSON object' : `must be ${withArticle(issue.expected)}`
}

function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`
}
