// The bearer token. callers.ts decides who may call at all, from which pages and under which names; here a program of this machine, whichever user
// runs it, proves that it can read the owner's token.

import { hash, timingSafeEqual } from 'node:crypto'
import { ApiError } from './errors.ts'

/** Which calls ask for the token: all, those that change something, or none. */
export type Auth = { readonly mode: 'off' } | { readonly mode: 'token' | 'token-writes'; readonly token: string }

/** What of a request tells whether the token is asked for, and whether it is there. */
export interface Approach {
  method: string
  path: string
  /** The header of that name. */
  authorization: string | undefined
}

/** What says how to call a node, the same on every node: a browser that is sent there and a program that makes a client of it show no token. */
export const DOCUMENT_PATHS = { program: '/openapi.json', person: '/docs' } as const

/** Whether a path is for whoever has no business with secrets, or says nothing of this node. */
export function isOpen(path: string): boolean {
  return path === '/health' || path === DOCUMENT_PATHS.program || path === DOCUMENT_PATHS.person
}

/** One path for calls that change something and calls that do not: there each tool is asked, by {@link mayChange}. */
export const MCP_PATH = '/mcp'

const BEARER = /^bearer +(?<token>\S+) *$/i

/** The error for a caller without the token where it is asked for, or with another one anywhere; undefined for all others. */
export function refuseStranger({ method, path, authorization }: Approach, auth: Auth): ApiError | undefined {
  if (auth.mode === 'off' || isOpen(path)) return undefined
  if (authorization !== undefined) return isOurToken(authorization, auth.token) ? undefined : unauthorized('wrong')
  const isReading = method === 'GET' || method === 'HEAD' || path === MCP_PATH
  return auth.mode === 'token-writes' && isReading ? undefined : unauthorized('missing')
}

/** Whether a caller who was let through may change something too. */
export function mayChange(authorization: string | undefined, auth: Auth): boolean {
  return auth.mode === 'off' || (authorization !== undefined && isOurToken(authorization, auth.token))
}

export function unauthorized(what: 'missing' | 'wrong'): ApiError {
  const fact = what === 'missing' ? 'This call needs the token of this node' : 'This is not the token of this node'
  const message = `${fact}: send "Authorization: Bearer <token>" with what stands in api.token in its data directory.`
  return new ApiError('UNAUTHORIZED', message)
}

/** Compares hashes, in a time that says nothing about how much of a guess is right. */
function isOurToken(authorization: string, token: string): boolean {
  const given = BEARER.exec(authorization)?.groups?.token ?? ''
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'))
}
