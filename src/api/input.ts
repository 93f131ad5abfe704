// The parts of a request on their way into a handler: each is checked by the route's schema, and what is wrong is told field by field.

import { readJsonBody } from './body.ts'
import { ApiError } from './errors.ts'
import type { z } from '@hono/zod-openapi'
import type { HonoRequest } from 'hono'
import type { ApiErrorCode } from './error-codes.ts'
import type { FieldFault } from './errors.ts'
import type { RouteInput, RouteSpec } from './route.ts'

/** Faults told of one request: enough to mend it, and no more than a screen. */
const FAULTS_TOLD_MAX = 20

type AnyInput = RouteInput<unknown, unknown, unknown, unknown>

/** The parts of a request before they are checked. */
export interface GivenInput {
  headers?: Readonly<Record<string, string | undefined>> | undefined
  /** Each as text, decoded. */
  params?: Readonly<Record<string, string | undefined>>
  /** Each as text, as it would stand in a URL. */
  query?: Readonly<Record<string, string | readonly string[] | undefined>>
  body?: unknown
}

/** @throws ApiError with the code that the schema gives, else `INVALID_QUERY` or `INVALID_BODY`; and those of reading a body */
export async function readInput(spec: RouteSpec, request: HonoRequest): Promise<AnyInput> {
  return checkInput(spec, {
    headers: spec.headers && headersOf(spec.headers, request),
    params: request.param(),
    query: queryOf(request),
    body: spec.body && (await readJsonBody(request)),
  })
}

/** @throws ApiError as {@link readInput}, for parts that were read already */
export function checkInput(spec: RouteSpec, { headers, params, query, body }: GivenInput): AnyInput {
  return {
    headers: spec.headers && check(spec.headers, headers ?? {}, 'INVALID_QUERY'),
    params: spec.params && check(spec.params, params ?? {}, 'INVALID_QUERY'),
    query: spec.query && check(spec.query, query ?? {}, 'INVALID_QUERY'),
    body: spec.body && check(spec.body, body, 'INVALID_BODY'),
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

/**
 * What the schema makes of a value.
 *
 * @param whole - what a fault of the value as a whole is said of
 * @throws ApiError with the code that the schema gives, else `fallback`
 */
export function check(schema: z.ZodType, value: unknown, fallback: ApiErrorCode, whole = 'The body'): unknown {
  const result = schema.safeParse(value, { error: wordsFor, reportInput: fallback === 'INVALID_QUERY' })
  if (result.success) return result.data
  const faults = result.error.issues.slice(0, FAULTS_TOLD_MAX).map(faultOf)
  const code = codeOf(result.error.issues) ?? fallback
  const sentence = faults.map(({ field, message }) => `${field || whole} ${message}`).join('; ')
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
  const code = codeOf([issue])
  return { field: fieldOf(issue.path), message: messageOf(issue), ...(code !== undefined && { code }) }
}

/** `['tags', 0]` → `tags[0]` */
function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('')
}

/** Where the schema has no words of its own. */
function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${eitherOf(issue.values.map(String))}`
    case 'too_small':
      return `must ${measureOf(issue.origin)} ${issue.minimum} at least`
    case 'too_big':
      return `must ${measureOf(issue.origin)} ${issue.maximum} at most`
    case 'unrecognized_keys':
      return `takes no ${eitherOf(issue.keys.map((key) => `"${key}"`))}, but ${namesOf(issue.inst)}`
    default:
      return undefined
  }
}

/** The names that an object, or a record, takes and no others. */
function namesOf(schema: unknown): string {
  // As: no other schemas refuse names.
  const { shape, keyType } = schema as { shape?: object; keyType?: z.ZodEnum }
  return (keyType?.options ?? Object.keys(shape ?? {})).join(', ')
}

/** `a, b or c` */
function eitherOf(values: readonly string[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

/** What a list has is its entries. */
function measureOf(origin: string): string {
  return origin === 'array' || origin === 'string' ? 'have' : 'be'
}

/** Says what is expected, not what was found: a number in the body may be a token, which the checker would call an object. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message
  // Of a query alone it is told what was found: a parameter that stands there twice.
  if (Array.isArray(issue.input)) return 'must be given once'
  if (issue.expected === 'int') return 'must be a whole number'
  return issue.expected === 'object' ? 'must be a JSON object' : `must be ${withArticle(issue.expected)}`
}

function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`
}
