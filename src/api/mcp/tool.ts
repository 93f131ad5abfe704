// A tool is one definition: what an agent reads of it, the schemas of what it takes and gives, and one call inward, to the handler of an
// HTTP route. So the two interfaces cannot differ.

import { z } from '@hono/zod-openapi'
import { check, checkInput } from '../input.ts'
import type { ToolAnnotations } from '@modelcontextprotocol/server'
import type { ApiParts } from '../components.ts'
import type { GivenInput } from '../input.ts'
import type { Answer, Route } from '../route.ts'

/** What an agent reads of a tool. */
export interface ToolSpec<Arguments> {
  name: `egregore_${string}`
  title: string
  description: string
  input: z.ZodType<Arguments> & { shape: Readonly<Record<string, z.ZodType>> }
  output: z.ZodType
  annotations: ToolAnnotations
}

/** Who calls, and with what exactly. */
export interface ToolCall {
  /** The client's own name, when it said one. */
  clientName: string | undefined
  /** The arguments with numbers as they were spelled. */
  exact: Readonly<Record<string, unknown>>
}

/** What a tool gives. */
export interface ToolAnswer {
  /** The payload: text and structured content of the result alike. */
  payload: unknown
  /** A sentence beside the payload, for whoever reads the text. */
  note?: string | undefined
}

/** A tool as the server offers it. */
export interface Tool {
  spec: ToolSpec<unknown>
  /** Whether a call with these arguments changes nothing, though others might. By its annotations when it does not say. */
  onlyReads?(given: Readonly<Record<string, unknown>>): boolean
  /** @throws ApiError `INVALID_ARGUMENTS`, and what the route throws */
  call(parts: ApiParts, given: Readonly<Record<string, unknown>>, call: ToolCall): Promise<ToolAnswer>
}

/** Ties what a tool does to its spec. */
export function defineTool<Arguments>(
  spec: ToolSpec<Arguments>,
  call: (parts: ApiParts, given: Arguments, call: ToolCall) => Promise<ToolAnswer>,
): Tool {
  return {
    spec,
    call: async (parts, given, caller) => {
      const checked = check(spec.input, withoutNulls(given, spec.input.shape), 'INVALID_ARGUMENTS', 'The arguments')
      return call(parts, checked as Arguments, caller) // As: the schema that gives the type has made the value.
    },
  }
}

/** Models send null for what they leave out. */
function withoutNulls(
  given: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, z.ZodType>>,
): Record<string, unknown> {
  const kept = Object.entries(given).filter(([name, value]) => value !== null || !shape[name]?.isOptional())
  return Object.fromEntries(kept)
}

/**
 * Asks the handler of a route, with the checks of that route.
 *
 * @throws ApiError, and whatever the handler throws
 */
export function callRoute(parts: ApiParts, { spec, handle }: Route, given: GivenInput = {}): Promise<Answer> {
  return handle(parts, checkInput(spec, given))
}

/** What a route that answers a value gave. */
export function dataOf(answer: Answer): unknown {
  return 'data' in answer ? answer.data : undefined
}

/** Messages that a route gave, each as the JSON text that it is. */
export function itemsOf(answer: Answer): readonly string[] {
  if ('items' in answer) return answer.items
  return 'json' in answer ? [answer.json] : []
}

/** What was published in spite of: content that does not fit its type, what looks like a secret. */
export function warningsOf({ metadata }: Answer): string | undefined {
  return metadata?.warnings?.map(({ code, message }) => `${code}: ${message}`).join('\n')
}

/** Several agents may share a node: what one says tells whose it is. */
export function withAgent(body: object, { clientName }: ToolCall): object {
  return clientName === undefined ? body : { ...body, agent: clientName }
}

/** Of a tool that takes nothing. */
export const NoArguments = z.object({})

/** Of a tool that only looks, on this machine. */
export const READS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

/** Of a tool that changes what this node does, the same however often it is called. */
export const SETS: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
}
