// A route is one definition: it checks the input, it is what /openapi.json says, and it calls inward once.

import type { z } from '@hono/zod-openapi'
import type { ApiParts } from './components.ts'
import type { Metadata } from './envelope.ts'
import type { PublicCode } from './error-codes.ts'
import type { ErrorDetails } from './errors.ts'

/** The media type of an answer that is no envelope and is sent as it comes: events, JSON values, one a line, or the lines of Prometheus. */
export type StreamType = 'text/event-stream' | 'application/x-ndjson' | 'text/plain; version=0.0.4; charset=utf-8'

/** What is said of an answer that goes well. */
export interface AnswerSpec {
  description: string
  /** What its own headers say, by their names. */
  headers?: Readonly<Record<string, string>>
}

/** What callers can send to a route and get from it. */
export interface RouteSpec {
  method: 'get' | 'post' | 'delete'
  /** Parameters in braces. One that stands last may hold slashes: authors and multiaddrs do, and some callers leave them raw. */
  path: `/${string}`
  /** One line for the list of routes. */
  summary: string
  /** What a caller should know beside that: what follows from the call, its limits, what is refused. Markdown. */
  description: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** Request headers that mean something here, an object under their names. */
  headers?: z.ZodType
  /** The answer when all goes well. Without data or stream it has no body at all. */
  answer: AnswerSpec & { status: 200 | 201 | 204; data?: z.ZodType; stream?: StreamType }
  /** With the same data, when there was nothing left to do. */
  alsoAnswers?: AnswerSpec & { status: 200 }
  /** Codes of errors that this route can answer, besides those that follow from its parts (openapi.ts). */
  errors: readonly PublicCode[]
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

/** What a caller gives to a route, before it is checked, and gets from it. */
export interface CallTypes<Params, Query, Body, Data, Headers> {
  params: Params
  query: Query
  body: Body
  data: Data
  headers: Headers
}

/** A route as the API registers it. */
export interface Route<
  Method extends RouteSpec['method'] = RouteSpec['method'],
  Path extends string = string,
  Types = unknown,
> {
  spec: RouteSpec & { method: Method; path: Path }
  /** For the types of clients alone: there is no such value. */
  types?: Types
  handle(parts: ApiParts, input: RouteInput<unknown, unknown, unknown, unknown>): Promise<Answer>
}

type Schema = z.ZodType | undefined
type Read<Given> = Given extends z.ZodType ? z.output<Given> : undefined
type Written<Given> = Given extends z.ZodType ? z.input<Given> : undefined

/** Ties a handler to its spec: its input has the types of the schemas, and so has what it answers. */
export function defineRoute<
  const Method extends RouteSpec['method'],
  const Path extends RouteSpec['path'],
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
  Data extends Schema = undefined,
  Headers extends Schema = undefined,
>(
  spec: RouteSpec & {
    method: Method
    path: Path
    params?: Params
    query?: Query
    body?: Body
    headers?: Headers
    answer: { data?: Data }
  },
  handle: (
    parts: ApiParts,
    input: RouteInput<Read<Params>, Read<Query>, Read<Body>, Read<Headers>>,
  ) => Promise<Answer<NoInfer<Read<Data>>>> | Answer<NoInfer<Read<Data>>>,
): Route<Method, Path, CallTypes<Written<Params>, Written<Query>, Written<Body>, Read<Data>, Written<Headers>>> {
  return {
    spec,
    // As: the schemas that give the input its types are the ones that have parsed it.
    handle: async (parts, input) =>
      handle(parts, input as RouteInput<Read<Params>, Read<Query>, Read<Body>, Read<Headers>>),
  }
}
