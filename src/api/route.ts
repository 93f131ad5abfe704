// A route is one definition: it checks the input, it is what /openapi.json says, and it calls inward once.

import type { z } from '@hono/zod-openapi'
import type { ApiParts } from './components.ts'
import type { Metadata } from './envelope.ts'
import type { ErrorDetails } from './errors.ts'

/** The media type of an answer that is sent as it comes: events, or JSON values, one a line. */
export type StreamType = 'text/event-stream' | 'application/x-ndjson'

/** What callers can send to a route and get from it. */
export interface RouteSpec<
  Params = undefined,
  Query = undefined,
  Body = undefined,
  Data = unknown,
  Headers = undefined,
> {
  method: 'get' | 'post' | 'delete'
  /** Parameters in braces. One that stands last may hold slashes: authors and multiaddrs do, and some callers leave them raw. */
  path: `/${string}`
  /** One line for the list of routes. */
  summary: string
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** Request headers that mean something here, an object under their names. */
  headers?: z.ZodType<Headers>
  /** The answer when all goes well. Without data or stream it has no body at all. */
  answer: { status: 200 | 201 | 204; description: string; data?: z.ZodType<Data>; stream?: StreamType }
  /** With the same data, when there was nothing left to do. */
  alsoAnswers?: { status: 200; description: string }
  /** Codes of errors that this route can answer, besides those that every route has. */
  errors: readonly string[]
}

/** The checked parts of a request. */
export interface RouteInput<Params, Query, Body, Headers> {
  params: Params
  query: Query
  body: Body
  headers: Headers
}

/** What a handler gives back: a value to be written as JSON, JSON text that must not be written anew, alone or as a list, or a stream. */
export type Answer<Data = unknown> = (
  | { data: Data }
  | { json: string }
  | { items: readonly string[] }
  | { stream: ReadableStream<Uint8Array> }
) & {
  metadata?: Metadata
  headers?: Record<string, string>
  /** Instead of the status of the spec: that of `alsoAnswers`. */
  status?: 200
  /** Instead of the status of the spec, for an answer that has both data and bad news. */
  failure?: { status: 503; code: string; message: string; details: ErrorDetails }
}

/** A spec, whatever its parts are. */
export type AnyRouteSpec = RouteSpec<unknown, unknown, unknown, unknown, unknown>

/** A route as the API registers it. */
export interface Route {
  spec: AnyRouteSpec
  handle(parts: ApiParts, input: RouteInput<unknown, unknown, unknown, unknown>): Promise<Answer>
}

/** Ties a handler to its spec: its input has the types of the schemas, and so has what it answers. */
export function defineRoute<
  Params = undefined,
  Query = undefined,
  Body = undefined,
  Data = unknown,
  Headers = undefined,
>(
  spec: RouteSpec<Params, Query, Body, Data, Headers>,
  handle: (
    parts: ApiParts,
    input: RouteInput<Params, Query, Body, Headers>,
  ) => Promise<Answer<NoInfer<Data>>> | Answer<NoInfer<Data>>,
): Route {
  return {
    // As: the schemas that give the input its types are the ones that have parsed it.
    spec: spec as AnyRouteSpec,
    handle: async (parts, input) => handle(parts, input as RouteInput<Params, Query, Body, Headers>),
  }
}
