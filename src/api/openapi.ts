// What /openapi.json says: the same definitions that check requests, written down for other programs.

import { createRoute, z } from '@hono/zod-openapi'
import { statusOfCode } from './errors.ts'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RouteSpec } from './route.ts'

/** Errors that any route can answer. */
const COMMON_ERRORS = ['FORBIDDEN_HOST', 'FORBIDDEN_ORIGIN', 'INTERNAL'] as const

/** Errors of every route that takes a body. */
const BODY_ERRORS = ['INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'INVALID_BODY'] as const

const ErrorShape = z
  .object({
    success: z.literal(false),
    error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
  })
  .openapi('Error')

const MetadataShape = z
  .object({
    total: z.number().int().optional(),
    limit: z.number().int().optional(),
    offset: z.number().int().optional(),
    next: z.string().optional(),
    warnings: z.array(z.object({ code: z.string(), field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Metadata')

/** Adds a route to the document. */
export function describeRoute(api: OpenAPIHono, spec: RouteSpec): void {
  const { method, path, summary, params, query, body, headers, answer, alsoAnswers } = spec
  api.openAPIRegistry.registerPath(
    createRoute({
      method,
      path,
      summary,
      request: {
        // As: parameters are described by objects, which the general type of a schema does not say.
        ...(params && { params: params as z.ZodObject }),
        ...(query && { query: query as z.ZodObject }),
        ...(headers && { headers: headers as z.ZodObject }),
        ...(body && { body: { required: true, content: json(body) } }),
      },
      responses: {
        [answer.status]: successOf(answer),
        ...(alsoAnswers && { [alsoAnswers.status]: successOf({ ...answer, ...alsoAnswers }) }),
        ...failuresOf(spec),
      },
    }),
  )
}

/** The document of all routes added so far. */
export function documentOf(api: OpenAPIHono, version: string): unknown {
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Egregore',
      version,
      description: 'The HTTP interface of one node, for programs of the same machine.',
    },
  })
}

function successOf({ description, data, stream }: RouteSpec['answer']) {
  if (stream !== undefined) return { description, content: { [stream]: { schema: z.string() } } }
  if (data === undefined) return { description }
  const envelope = z.object({ success: z.literal(true), data, metadata: MetadataShape.optional() })
  return { description, content: json(envelope) }
}

function failuresOf({ body, errors }: RouteSpec) {
  const codes = [...COMMON_ERRORS, ...(body === undefined ? [] : BODY_ERRORS), ...errors]
  const byStatus = Map.groupBy(codes, statusOfCode)
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [status, { description: same.join(', '), content: json(ErrorShape) }]),
  )
}

function json(schema: z.ZodType) {
  return { 'application/json': { schema } }
}
