// How verbs speak to the running node: over its HTTP API, found by the runtime file.

import { readFileSync } from 'node:fs'
import { EgregoreClient, EgregoreError } from '../client/index.ts'
import { pathsOf } from '../data-directory.ts'
import { askByHttp } from './ask-by-http.ts'
import { refuseForbidden } from './data-dir.ts'
import { CliError } from './errors.ts'
import { readRuntime } from './runtime-file.ts'
import type { ExitCode } from './errors.ts'
import type { Runtime } from './runtime-file.ts'

/** Speaks to one node. */
export class NodeClient extends EgregoreClient {
  /**
   * Posts JSON whose answer is read as it comes, for as long as it takes.
   *
   * @throws CliError `NOT_RUNNING` when nothing took it, `INTERRUPTED` when it may have been taken
   */
  async stream(path: string, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers }, signal }
    try {
      return await this.fetch(path, init)
    } catch (error) {
      if (signal.aborted || !(error instanceof EgregoreError)) throw error
      throw wasRefused(error.cause as Error) ? cliErrorFrom(error) : interrupted(error) // As: what fetch threw.
    }
  }
}

/**
 * The node of a data directory.
 *
 * @throws CliError 3 when it is not running, 5 when it runs without API or as another user, 6 when it does not answer
 */
export async function connectToNode(dataDirectory: string, timeoutMs?: number): Promise<NodeClient> {
  const runtime = readRuntime(dataDirectory)
  if (runtime === undefined) refuseForbidden(dataDirectory)
  if (runtime === undefined) throw notRunning(`No node is running on ${dataDirectory}.`)
  if (runtime.api === undefined) throw new CliError(5, 'API_OFF', `The node on ${dataDirectory} runs with --no-api.`)
  const client = new NodeClient({
    url: runtime.api,
    token: tokenFor(dataDirectory, runtime),
    ask: askByHttp,
    timeoutMs,
  })
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
  const found = await client.get('/v1/identity').catch(strangerOrThrow)
  if (found?.data.public_id === identity) return
  const who = found === undefined ? 'something else' : `another node, ${found.data.public_id},`
  throw notRunning(`The node ${identity} has ended, and ${who} answers at ${base} now.`)
}

/** Silence is told as it is, and so is a node that wants another token; any other failure is no answer of a node of ours. */
function strangerOrThrow(error: unknown): undefined {
  if (error instanceof EgregoreError && TOLD.includes(error.code)) throw cliErrorFrom(error)
}

const TOLD: readonly string[] = ['NODE_UNREACHABLE', 'NODE_TIMED_OUT', 'UNAUTHORIZED']

/** What a verb ends with when a call fails. */
export function cliErrorFrom(error: EgregoreError): CliError {
  const { code, status, message } = error
  if (code === 'NODE_UNREACHABLE') return notRunning(message)
  if (code === 'NODE_TIMED_OUT') return new CliError(6, 'TIMED_OUT', message, { cause: error })
  return new CliError(exitCodeOf(status), code, message, { cause: error })
}

function exitCodeOf(status: number | undefined): ExitCode {
  if (status === 404) return 4
  return status === 401 || status === 403 || status === 409 ? 5 : 1
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
