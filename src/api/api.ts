// The HTTP interface of a node as one application, without a socket: requests in, enveloped JSON out.

import { setTimeout as pause } from 'node:timers/promises'
import { OpenAPIHono } from '@hono/zod-openapi'
import { KeyedMutex } from '../util/index.ts'
import { failureResponse, responseOf } from './answers.ts'
import { DOCUMENT_PATHS, MCP_PATH, mayChange, refuseStranger } from './auth.ts'
import { refuseCaller } from './callers.ts'
import { docsPage } from './docs-page.ts'
import { ApiError, failureFrom } from './errors.ts'
import { EventStreams } from './events/event-streams.ts'
import { Importing } from './importing.ts'
import { readInput } from './input.ts'
import { Metrics } from './metrics.ts'
import { describeCodes, describeRoute, describeToken, documentOf } from './openapi.ts'
import { announceRoute, listAgentsRoute, presenceRoute } from './routes/agents.ts'
import { authorRoute } from './routes/author.ts'
import { makeBackupRoute } from './routes/backups.ts'
import { liftBanRoute, listBansRoute } from './routes/bans.ts'
import { blockRoute, listBlocksRoute, unblockRoute } from './routes/blocks.ts'
import { eventsRoute } from './routes/events.ts'
import { exportRoute } from './routes/export.ts'
import { findRoute } from './routes/find.ts'
import { followRoute, listFollowsRoute, unfollowRoute } from './routes/follows.ts'
import { healthRoute } from './routes/health.ts'
import { dropLetterRoute, listHooksRoute, listLettersRoute, retryLetterRoute } from './routes/hooks.ts'
import { identityRoute } from './routes/identity.ts'
import { importRoute } from './routes/import.ts'
import { acknowledgeInboxRoute, inboxRoute, readInboxRoute, unreadInboxRoute } from './routes/inbox.ts'
import { authorFeedRoute, feedRoute, insightsRoute } from './routes/lists.ts'
import { changeLogLevelsRoute, logLevelsRoute } from './routes/log-levels.ts'
import {
  forgetRoute,
  memoriesRoute,
  memoryRoute,
  rememberRoute,
  restoreMemoryRoute,
  retractMemoryRoute,
  supersedeRoute,
} from './routes/memories.ts'
import { meshRoute, peerReportRoute } from './routes/mesh.ts'
import { messageRoute, messagesUnderRoute } from './routes/message.ts'
import { messagesRoute, sendMessageRoute } from './routes/messages.ts'
import { metricsRoute } from './routes/metrics.ts'
import { listMutesRoute, muteRoute, unmuteRoute } from './routes/mutes.ts'
import { addPeerRoute, listPeersRoute, removePeerRoute } from './routes/peers.ts'
import { publishRoute } from './routes/publish.ts'
import { answerRoute, askRoute, questionRoute, questionsRoute } from './routes/questions.ts'
import {
  addPolicyRoute,
  listPoliciesRoute,
  previewPolicyRoute,
  removePolicyRoute,
  sweepRoute,
} from './routes/retention.ts'
import {
  listSchemasRoute,
  registerSchemaRoute,
  removeSchemaRoute,
  schemaRoute,
  validateRoute,
} from './routes/schemas.ts'
import { searchRoute } from './routes/search.ts'
import { statusRoute } from './routes/status.ts'
import { addTopicRoute, knownTopicsRoute, listTopicsRoute, removeTopicRoute } from './routes/topics.ts'
import type { HonoRequest } from 'hono'
import type { Auth } from './auth.ts'
import type { ApiComponents, ApiParts } from './components.ts'
import type { ApiDocument } from './docs-page.ts'
import type { McpEndpoint } from './mcp/index.ts'
import type { Route } from './route.ts'

/** Every route. A new one is written in routes/ and named here. */
const ROUTES = [
  statusRoute,
  identityRoute,
  publishRoute,
  feedRoute,
  authorFeedRoute,
  insightsRoute,
  searchRoute,
  findRoute,
  messageRoute,
  messagesUnderRoute,
  rememberRoute,
  memoriesRoute,
  supersedeRoute,
  retractMemoryRoute,
  restoreMemoryRoute,
  memoryRoute,
  forgetRoute,
  eventsRoute,
  exportRoute,
  importRoute,
  makeBackupRoute,
  listPeersRoute,
  addPeerRoute,
  removePeerRoute,
  listFollowsRoute,
  followRoute,
  unfollowRoute,
  listTopicsRoute,
  knownTopicsRoute,
  addTopicRoute,
  removeTopicRoute,
  sendMessageRoute,
  messagesRoute,
  inboxRoute,
  readInboxRoute,
  acknowledgeInboxRoute,
  unreadInboxRoute,
  askRoute,
  questionsRoute,
  questionRoute,
  answerRoute,
  listMutesRoute,
  muteRoute,
  unmuteRoute,
  listBlocksRoute,
  blockRoute,
  unblockRoute,
  listPoliciesRoute,
  addPolicyRoute,
  previewPolicyRoute,
  removePolicyRoute,
  sweepRoute,
  listSchemasRoute,
  registerSchemaRoute,
  validateRoute,
  schemaRoute,
  removeSchemaRoute,
  listAgentsRoute,
  announceRoute,
  presenceRoute,
  authorRoute,
  meshRoute,
  peerReportRoute,
  listBansRoute,
  liftBanRoute,
  listHooksRoute,
  listLettersRoute,
  retryLetterRoute,
  dropLetterRoute,
  healthRoute,
  metricsRoute,
  logLevelsRoute,
  changeLogLevelsRoute,
] as const satisfies readonly Route[]

/** Any of the routes, for the types of clients. */
export type Routes = (typeof ROUTES)[number]

/** The application: give it to a server, or call its `request()` in a test. */
export type Api = OpenAPIHono

/**
 * Builds the API over the parts of a node.
 *
 * @example
 * const api = createApi({ identity, log, projections, network, logger, clock, about, callers })
 * const response = await api.request('/v1/status')
 */
export function createApi(components: ApiComponents): Api {
  const api = new OpenAPIHono()
  const { callers, auth = { mode: 'off' } } = components
  api.use(({ req }, next) => {
    const refusal = refuseCaller(callerOf(req), callers) ?? refuseStranger(approachOf(req), auth)
    if (refusal !== undefined) throw refusal
    if (isChange(req)) components.storage.refuseWhenDamaged()
    return next()
  })
  const parts = {
    ...components,
    events: new EventStreams(components),
    importing: new Importing(components),
    mutex: new KeyedMutex<string>(),
    metrics: new Metrics(components),
  }
  for (const route of ROUTES) addRoute(api, parts, route)
  describeToken(api)
  describeCodes(
    api,
    ROUTES.map(({ spec }) => spec),
  )
  addDocument(api, components.about.version)
  if (components.mcp !== false) addMcp(api, parts, auth)
  // Behind the routes, so that it is reached by the other verbs alone.
  for (const [path, allow] of verbsByPath(components)) api.all(path, () => methodNotAllowed(allow))
  api.notFound(({ req }) => failureResponse(failureFrom(notFound(req))))
  api.onError((error, { req }) => answerError(error, req, components))
  return api
}

function addRoute(api: Api, parts: ApiParts, { spec, handle }: Route): void {
  describeRoute(api, spec)
  api.on(spec.method, [routingPath(spec.path)], async ({ req }) => {
    const input = await readInput(spec, req)
    const response = responseOf(spec, await handle(parts, input))
    // Nobody will read what HEAD leaves away, and a stream waits for its reader.
    if (req.method === 'HEAD') await response.body?.cancel()
    return response
  })
}

/** The document stays as it is as long as the node runs: made when it is first asked for, and bare as its readers expect it. */
function addDocument(api: Api, version: string): void {
  let made: string | undefined
  const text = (): string => {
    made ??= JSON.stringify(documentOf(api, version))
    return made
  }
  api.get(DOCUMENT_PATHS.program, () => {
    return new Response(text(), { headers: { 'Content-Type': 'application/json; charset=utf-8' } })
  })
  // As: our own document.
  api.get(DOCUMENT_PATHS.person, () => docsPage(JSON.parse(text()) as ApiDocument))
}

function addMcp(api: Api, parts: ApiParts, auth: Auth): void {
  let loading: Promise<McpEndpoint> | undefined
  api.post(MCP_PATH, async ({ req }) => {
    // For the first agent that calls: a node starts sooner without the library of the protocol.
    loading ??= loadMcp(parts)
    const endpoint = await loading
    return endpoint.answer(req, mayChange(req.header('authorization'), auth))
  })
}

/** In turns of the event loop: Node loads a module without a pause, with all that it imports. */
async function loadMcp(parts: ApiParts): Promise<McpEndpoint> {
  await import('@modelcontextprotocol/server')
  await pause(0)
  const { createMcpEndpoint } = await import('./mcp/index.ts')
  await pause(0)
  return createMcpEndpoint(parts)
}

/**
 * `/v1/feed/{author}` → `/v1/feed/:author{[^]+}`: a parameter at the end takes raw slashes too, unless another path goes on behind it. It may
 * be any text, with the ends of lines in it, which `.` does not match.
 */
function routingPath(path: string): string {
  const isWhole = ROUTES.every(({ spec }) => !spec.path.startsWith(`${path}/`))
  return (isWhole ? path.replace(/\{(\w+)\}$/, ':$1{[^]+}') : path).replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Paths and what their Allow header says; HEAD comes with GET. */
function verbsByPath({ mcp }: ApiComponents): Map<string, string> {
  const documents = Object.values(DOCUMENT_PATHS).map((path) => ({ method: 'get' as const, path }))
  const endpoint = { method: 'post', path: MCP_PATH } as const
  const verbs = [...ROUTES.map(({ spec }) => spec), ...documents, ...(mcp === false ? [] : [endpoint])]
  const grouped = Map.groupBy(verbs, ({ path }) => routingPath(path))
  return new Map(
    [...grouped].map(([path, specs]) => [
      path,
      specs.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase())).join(', '),
    ]),
  )
}

function callerOf(request: HonoRequest): Parameters<typeof refuseCaller>[0] {
  return {
    // A request made within the process has no Host header, but always a URL.
    host: request.header('host') ?? new URL(request.url).host,
    origin: request.header('origin'),
    fetchSite: request.header('sec-fetch-site'),
  }
}

function approachOf(request: HonoRequest): Parameters<typeof refuseStranger>[0] {
  const { method, path } = request
  return { method, path, authorization: request.header('authorization') }
}

/** Over MCP each tool is asked by the log itself: what agents write are messages. */
function isChange({ method, path }: HonoRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && path !== MCP_PATH
}

function methodNotAllowed(allow: string): Response {
  const error = new ApiError('METHOD_NOT_ALLOWED', `This path takes ${allow}.`, { allow: allow.split(', ') })
  return failureResponse(failureFrom(error), { Allow: allow })
}

function notFound({ method, path }: HonoRequest): ApiError {
  const facts = { method, path: path.slice(0, 200) }
  return new ApiError('NOT_FOUND', `There is no ${facts.path} here; /openapi.json lists what there is.`, facts)
}

function answerError(error: unknown, { method, path }: HonoRequest, { logger }: ApiComponents): Response {
  const failure = failureFrom(error)
  // The path and the code say what happened; what the caller sent is not ours to log.
  // A full disk is said once, by who watches over it.
  if (failure.status >= 500 && failure.code !== 'STORE_FULL' && !(error instanceof ApiError))
    logger.error({ method, path, code: failure.code, err: error }, 'request failed')
  else logger.debug({ method, path, code: failure.code }, 'request refused')
  return failureResponse(failure, failure.status === 401 ? { 'WWW-Authenticate': 'Bearer realm="egregore"' } : {})
}
