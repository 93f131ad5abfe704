// The types of calls, from the same definitions that check them in the node. Types alone: at run time the client knows nothing of the server.

import type { MessageData, Metadata, Routes } from '../api/index.ts'

type Method = 'get' | 'post' | 'delete'

/** The paths that take a verb, with parameters in braces. */
export type PathsOf<Verb extends Method> = Extract<Routes, { spec: { method: Verb } }>['spec']['path']

/** What a caller gives to a route and gets from it. */
type TypesOf<Verb extends Method, Path> = NonNullable<Extract<Routes, { spec: { method: Verb; path: Path } }>['types']>

/** Values of a path or query are written as text, whatever they are. */
type Plain = string | number | boolean | undefined
type Texts<Given> = { [Name in keyof Given]: Plain }

type ParamsIn<Types> = Types extends { params: infer Params extends object } ? { params: Texts<Params> } : unknown
type QueryIn<Types> = Types extends { query: infer Query extends object } ? { query?: Partial<Texts<Query>> } : unknown
type HeadersIn<Types> = Types extends { headers: infer Headers extends object }
  ? { headers?: Partial<Texts<Headers>> }
  : unknown
/** A value, or JSON text that is sent as it is: a number then keeps its spelling, which is what is signed. */
type BodyIn<Types> = Types extends { body: infer Body extends object } ? { body: Body } | { json: string } : unknown

interface Common {
  /** Ends the call. */
  signal?: AbortSignal
  /**
   * How long to wait for the answer.
   *
   * @default that of the client
   */
  timeoutMs?: number
}

/** What a call is given. */
export type CallInput<Verb extends Method, Path> = Common &
  ParamsIn<TypesOf<Verb, Path>> &
  QueryIn<TypesOf<Verb, Path>> &
  HeadersIn<TypesOf<Verb, Path>> &
  BodyIn<TypesOf<Verb, Path>>

/** Nothing has to be given where nothing is asked for. */
export type CallArguments<Verb extends Method, Path> =
  Common extends CallInput<Verb, Path> ? [input?: CallInput<Verb, Path>] : [input: CallInput<Verb, Path>]

/** An answer without its envelope. */
export interface Reply<Data> {
  /** Of HTTP: 200 of what makes something means that it was there. */
  status: number
  data: Data
  /** Goes with lists, and with warnings. */
  metadata: Metadata
}

/** The answer of a route. */
export type ReplyTo<Verb extends Method, Path> = Reply<
  TypesOf<Verb, Path> extends { data: infer Data } ? Data : undefined
>

/** What events are asked for; everything when nothing is said. */
export type EventsAsked = Omit<NonNullable<CallInput<'get', '/v1/events'>['query']>, 'last_event_id'> & {
  /** Of the last event that came in an earlier run: what came since is told first. */
  lastEventId?: string | undefined
  /** Ends the stream. */
  signal?: AbortSignal | undefined
}

/** One event. Whoever keeps its `id` goes on behind it, also after the node or the client was started anew. */
export type NodeEvent =
  | { type: 'message'; id: string; data: MessageData }
  /** Messages of an author that were forgotten here and can be told of no more. */
  | { type: 'gap'; id: string; data: { author: string; from: number; to: number } }
  /** The id that was given is no place in this node's log: what came before is unknown, what comes now follows. */
  | { type: 'reset'; id: string; data: { last_event_id: string } }
