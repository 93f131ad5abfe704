// Who may call. The API has no login by default and listens on loopback, where any web page of a browser can reach it: a page that
// another site served must not pass, whether it asks under its own name (Origin) or has its name resolved to 127.0.0.1 (Host).

import { isIPv4 } from 'node:net'
import { ApiError } from './errors.ts'

/** The headers of a request that tell who is asking. */
export interface Caller {
  host: string | undefined
  origin: string | undefined
  /** Sec-Fetch-Site, which browsers send and pages cannot set. */
  fetchSite: string | undefined
}

/** Who may call besides programs and pages of this machine's own loopback names. */
export interface CallerRules {
  /** Host names without a port, for instance of a tunnel. */
  hosts: readonly string[]
  /** Origins such as `http://localhost:3000`. */
  origins: readonly string[]
}

const HOST = /^(?<name>\[[0-9a-f:.]+\]|[^:@/?#\s]+)(?::(?<port>[0-9]{1,5}))?$/

/** The error for a caller who must not be served, or undefined for one who may. */
export function refuseCaller({ host, origin, fetchSite }: Caller, rules: CallerRules): ApiError | undefined {
  const called = readHost(host)
  if (called === undefined || !isOurName(called.name, rules)) return forbiddenHost(host)
  if (origin !== undefined && rules.origins.includes(origin)) return undefined
  if (fetchSite === 'cross-site') return forbiddenOrigin(origin ?? 'another site')
  if (origin !== undefined && !isOurOrigin(origin, called.port, rules)) return forbiddenOrigin(origin)
  return undefined
}

function readHost(host: string | undefined): { name: string; port: string } | undefined {
  const { name, port = '' } = HOST.exec(host?.toLowerCase() ?? '')?.groups ?? {}
  return name === undefined ? undefined : { name, port }
}

function isOurName(name: string, { hosts }: CallerRules): boolean {
  const isLoopback = name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))
  return isLoopback || hosts.includes(name)
}

/** A page that this same server gave out: one of our names, and the port that is being called. */
function isOurOrigin(origin: string, port: string, rules: CallerRules): boolean {
  const from = readHost(/^https?:\/\/(.+)$/.exec(origin)?.[1])
  return from !== undefined && from.port === port && isOurName(from.name, rules)
}

function forbiddenHost(host: string | undefined): ApiError {
  const found = host ?? ''
  return new ApiError(
    'FORBIDDEN_HOST',
    `The API answers to localhost and loopback addresses, not to the host "${found.slice(0, 100)}".`,
    { host: found.slice(0, 100) },
  )
}

function forbiddenOrigin(origin: string): ApiError {
  const found = origin.slice(0, 100)
  return new ApiError('FORBIDDEN_ORIGIN', `Web pages of ${found} may not call this node.`, { origin: found })
}
