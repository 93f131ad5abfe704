// What /openapi.json says: the same definitions that check requests, written down for other programs.

import { createRoute, z } from '@hono/zod-openapi'
import { isOpen } from './auth.ts'
import { meaningOfCode, statusOfCode } from './error-codes.ts'
import { groupOf, wordsOfGroup } from './groups.ts'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiDocument } from './docs-page.ts'
import type { PublicCode } from './error-codes.ts'
import type { RouteSpec } from './route.ts'

/** Errors that any route can answer. */
const COMMON_ERRORS: readonly PublicCode[] = ['FORBIDDEN_HOST', 'FORBIDDEN_ORIGIN', 'INTERNAL', 'STORE_DAMAGED']

/** The name of the token among the ways to be let in. */
const TOKEN = 'token'

/** Errors of every route that takes a body. */
const BODY_ERRORS: readonly PublicCode[] = [
  'INVALID_REQUEST',
  'INVALID_JSON',
  'BODY_TOO_LARGE',
  'LOG_DRAFT_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'INVALID_BODY',
]

/** Errors of every route that changes something. */
const WRITE_ERRORS: readonly PublicCode[] = ['STORE_UNWRITABLE', 'STORE_DISK_FAILED']

const ErrorShape = z
  .object({
    success: z.literal(false),
    error: z.object({
      code: z.string().openapi({
        description:
          'Public and frozen. Which ones an operation answers is told with each of its failures, as examples.',
      }),
      message: z.string().openapi({ description: 'What was wrong, what was expected, what to do; for a person.' }),
      details: z.unknown().optional().openapi({ description: 'The fields that were wrong, or facts.' }),
    }),
  })
  .openapi('Error', {
    example: { success: false, error: { code: 'NOT_FOUND', message: 'No message 00… is held here.' } },
  })

const MetadataShape = z
  .object({
    total: z.number().int().optional(),
    limit: z.number().int().optional(),
    offset: z.number().int().optional(),
    next: z.string().optional(),
    warnings: z.array(z.object({ code: z.string(), field: z.string(), message: z.string() })).optional(),
    similar: z.array(z.object({ id: z.string(), title: z.string().optional(), score: z.number() })).optional(),
  })
  .openapi('Metadata')

/** Adds a route to the document. */
export function describeRoute(api: OpenAPIHono, spec: RouteSpec): void {
  const { method, path, summary, description, params, query, body, headers, answer, alsoAnswers } = spec
  api.openAPIRegistry.registerPath(
    createRoute({
      method,
      path,
      summary,
      description,
      operationId: operationIdOf(spec),
      tags: [groupOf(path)],
      security: isOpen(path) ? [] : [{ [TOKEN]: [] }, {}],
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
export function documentOf(api: OpenAPIHono, version: string): ApiDocument {
  const document: unknown = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Egregore',
      version,
      description: ABOUT,
      contact: { name: 'The Egregore contributors' },
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    servers: [{ url: '/', description: 'The node that gave out this document.' }],
  })
  const described = document as ApiDocument // As: what this file has described, in the words of the specification.
  const operations = Object.values(described.paths ?? {}).flatMap((verbs) => Object.values(verbs))
  const groups = new Set(operations.flatMap(({ tags = [] }) => tags))
  return { ...described, tags: [...groups].map((name) => ({ name, description: wordsOfGroup(name) })) }
}

const ABOUT = `The HTTP interface of one node, for programs of the same machine. Every answer is JSON in one envelope: success, data, error, metadata. Agents
are served at POST /mcp by the Model Context Protocol. Errors have a public \`code\`, told with each operation by examples. What never becomes a call is answered in the same envelope:
NOT_FOUND for a path that is none, METHOD_NOT_ALLOWED with \`Allow\` for another verb, INVALID_REQUEST, REQUEST_TIMEOUT and HEADERS_TOO_LARGE for what is no whole HTTP request.`

/** Says which ways there are to be let in. */
export function describeToken(api: OpenAPIHono): void {
  api.openAPIRegistry.registerComponent('securitySchemes', TOKEN, {
    type: 'http',
    scheme: 'bearer',
    description:
      'What stands in api.token in the data directory of the node. Asked for when its api.auth is token, or token-writes and the call changes something.',
  })
}

/** `GET /v1/feed/{author}` → `getFeedByAuthor` */
function operationIdOf({ method, path }: RouteSpec): string {
  const words = path
    .replace('/v1/', '/')
    .split(/[/-]/)
    .filter((word) => word !== '')
  const named = words.map((word) =>
    word.replace(/^\{(\w+)\}$/, 'by_$1').replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase()),
  )
  return `${method}${named.join('')}`
}

function successOf({ description, headers = {}, data, stream }: Omit<RouteSpec['answer'], 'status'>) {
  const said = { description, headers: headersOf(headers) }
  if (stream !== undefined) return { ...said, content: { [mediaTypeOf(stream)]: { schema: z.string() } } }
  if (data === undefined) return said
  const envelope = z.object({ success: z.literal(true), data, metadata: MetadataShape.optional() })
  return { ...said, content: json(envelope) }
}

function headersOf(headers: Readonly<Record<string, string>>) {
  const described = Object.entries(headers).map(([name, description]) => [name, { description, schema: TEXT }] as const)
  return Object.fromEntries(described)
}

const TEXT = { type: 'string' as const }

function failuresOf(spec: RouteSpec) {
  const byStatus = Map.groupBy(codesOf(spec), (code) => statusOfCode(code) ?? 500)
  return Object.fromEntries([...byStatus].map(([status, same]) => [status, failureOf(status, same)]))
}

/** Every code that a route can answer. */
function codesOf({ method, path, query, body, errors }: RouteSpec): Set<PublicCode> {
  return new Set([
    ...COMMON_ERRORS,
    ...(isOpen(path) ? [] : (['UNAUTHORIZED'] as const)),
    ...(query === undefined ? [] : (['INVALID_QUERY'] as const)),
    ...(body === undefined ? [] : BODY_ERRORS),
    ...(method === 'get' ? [] : WRITE_ERRORS),
    ...errors,
  ])
}

function failureOf(status: number, codes: readonly PublicCode[]) {
  const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
  return {
    description: codes.join(', '),
    headers: headersOf(headers),
    content: { 'application/json': { schema: ErrorShape, examples } },
  }
}

/** Says what each code of these routes means; their failures refer to it. */
export function describeCodes(api: OpenAPIHono, specs: readonly RouteSpec[]): void {
  for (const code of new Set(specs.flatMap((spec) => [...codesOf(spec)]))) {
    const message = meaningOfCode(code)
    api.openAPIRegistry.registerComponent('examples', code, {
      summary: message,
      value: { success: false, error: { code, message } },
    })
  }
}

function json(schema: z.ZodType) {
  return { 'application/json': { schema } }
}

/** Without its parameters, as the document names answers. */
function mediaTypeOf(contentType: string): string {
  return contentType.replace(/;.*/, '')
}
