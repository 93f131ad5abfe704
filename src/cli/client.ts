// How verbs speak to the running node: over its HTTP API, found by the runtime file.

import { readFileSync } from 'node:fs'
import { pathsOf } from '../config/index.ts'
import { CliError } from './errors.ts'
import { readRuntime } from './runtime-file.ts'
import type { IdentityData } from '../api/index.ts'
import type { Runtime } from './runtime-file.ts'

/** An answer of the API without its envelope. */
export interface Answer<Data> {
  data: Data
  metadata: { total?: number; next?: string; warnings?: readonly { message: string }[] }
}

interface Envelope {
  success: boolean
  data?: unknown
  metadata?: Answer<unknown>['metadata']
  error?: { code: string; message: string }
}

/** A verb that gets no answer for so long gives up; no answer of the API takes this long. */
const ANSWER_TIMEOUT_MS = 30_000

/** Speaks to one node. */
export class NodeClient {
  readonly #base: string
  readonly #token: string | undefined

  /** @param token - of the node, when it has one */
  constructor(base: string, token?: string) {
    this.#base = base
    this.#token = token
  }

  get<Data>(path: string, query: Record<string, string | number | undefined> = {}): Promise<Answer<Data>> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
    return this.#call('GET', given.length === 0 ? path : `${path}?${search}`)
  }

  post<Data>(path: string, body?: string): Promise<Answer<Data>> {
    return this.#call('POST', path, body)
  }

  async delete(path: string): Promise<void> {
    await this.#call('DELETE', path)
  }

  /**
   * Posts JSON whose answer is read as it comes, for as long as it takes.
   *
   * @throws CliError `NOT_RUNNING` when nothing took it, `INTERRUPTED` when it may have been taken
   */
  async stream(path: string, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#base), { ...this.#request('POST', body, headers), signal })
    } catch (error) {
      if (signal.aborted) throw error
      throw wasRefused(error as Error) ? notRunning(`Nothing answers at ${this.#base}.`) : interrupted(error)
    }
  }

  async #call<Data>(method: string, path: string, body?: string): Promise<Answer<Data>> {
    const response = await this.#fetch(method, path, body)
    if (response.status === 204) return { data: undefined as Data, metadata: {} } // DELETE answers nothing.
    const envelope = (await response.json()) as Envelope
    if (envelope.success) return { data: envelope.data as Data, metadata: envelope.metadata ?? {} } // Our own node's word.
    throw refusal(response.status, envelope)
  }

  async #fetch(method: string, path: string, body?: string): Promise<Response> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    try {
      return await fetch(new URL(path, this.#base), { ...this.#request(method, body), signal })
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') {
        throw new CliError(6, 'TIMED_OUT', `The node at ${this.#base} did not answer in ${ANSWER_TIMEOUT_MS / 1000} s.`)
      }
      throw notRunning(`Nothing answers at ${this.#base}.`)
    }
  }

  #request(method: string, body: string | undefined, given: Record<string, string> = {}): RequestInit {
    const headers = new Headers(given)
    if (body !== undefined) headers.set('content-type', 'application/json')
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`)
    return { method, headers, ...(body !== undefined && { body }) }
  }
}

/**
 * The node of a data directory.
 *
 * @throws CliError 3 when it is not running, 5 when it runs without API, 6 when it does not answer
 */
export async function connectToNode(dataDirectory: string): Promise<NodeClient> {
  const runtime = readRuntime(dataDirectory)
  if (runtime === undefined) throw notRunning(`No node is running on ${dataDirectory}.`)
  if (runtime.api === undefined) throw new CliError(5, 'API_OFF', `The node on ${dataDirectory} runs with --no-api.`)
  const client = new NodeClient(runtime.api, tokenFor(dataDirectory, runtime))
  await recognise(client, runtime.api, runtime.identity)
  return client
}

/** Only for the process that wrote the runtime file: after a crash somebody else may listen there. */
function tokenFor(dataDirectory: string, { pid }: Runtime): string | undefined {
  return isRunning(pid) ? readToken(dataDirectory) : undefined
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Undefined when no node there has ever asked for one. */
function readToken(dataDirectory: string): string | undefined {
  const { token } = pathsOf(dataDirectory)
  try {
    return readFileSync(token, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CliError(5, 'TOKEN_UNREADABLE', `The token ${token} cannot be read: ${(error as Error).message}.`)
  }
}

/** A node that crashed leaves its runtime file behind; whoever has its port now must not be taken for it. */
async function recognise(client: NodeClient, base: string, identity: string): Promise<void> {
  const found = await client.get<IdentityData>('/v1/identity').catch(strangerOrThrow)
  if (found?.data.public_id === identity) return
  const who = found === undefined ? 'something else' : `another node, ${found.data.public_id},`
  throw notRunning(`The node ${identity} has ended, and ${who} answers at ${base} now.`)
}

/** Silence is told as it is, and so is a node that wants another token; any other failure is no answer of a node of ours. */
function strangerOrThrow(error: unknown): undefined {
  if (!(error instanceof CliError)) return
  if (error.exitCode === 3 || error.exitCode === 6 || error.code === 'UNAUTHORIZED') throw error
}

function wasRefused({ cause }: Error): boolean {
  return (cause as { code?: unknown } | undefined)?.code === 'ECONNREFUSED'
}

function interrupted(cause: unknown): CliError {
  const text = 'The node ended with the call in hand: look whether it took effect before you call again.'
  return new CliError(1, 'INTERRUPTED', text, { cause })
}

function notRunning(fact: string): CliError {
  return new CliError(3, 'NOT_RUNNING', `${fact} Start it with "egregore start", or name its --data-dir.`)
}

function refusal(status: number, { error }: Envelope): CliError {
  const { code = 'UNKNOWN', message = `The node answered ${status}.` } = error ?? {}
  const exitCode = status === 404 ? 4 : status === 401 || status === 403 || status === 409 ? 5 : 1
  return new CliError(exitCode, code, message)
}
