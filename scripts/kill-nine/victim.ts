// A node in a process of its own that is meant to be killed, and whoever speaks to it until then.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { firstObject } from '../first-object.ts'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Author } from '../../src/feed/index.ts'

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname

/** Whatever is started here. */
export type Child = ChildProcessByStdio<null, Readable, Readable>

interface Ready {
  api: string
  gossipPort: number
  identity: Author
}

/** A verb of the command line on its way. */
export function startVerb(args: readonly string[]): Child {
  return spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Starts a node without waiting for it. */
export function launchNode(dataDir: string, flags: readonly string[]): Child {
  const ports = ['--port', '0', '--gossip-port', '0']
  return startVerb(['start', '--json', '--log-level', 'warn', '--data-dir', dataDir, ...ports, ...flags])
}

/** A node that serves. */
export class Victim {
  readonly author: Author
  /** As another node's `--peer`. */
  readonly address: string
  readonly #child: Child
  readonly #api: string

  private constructor(child: Child, { api, gossipPort, identity }: Ready) {
    this.#child = child
    this.#api = api
    this.author = identity
    this.address = `127.0.0.1:${gossipPort}`
  }

  /** @throws Error with the node's own words, when it does not come to serve */
  static async start(dataDir: string, flags: readonly string[]): Promise<Victim> {
    const child = launchNode(dataDir, flags)
    const [ended, errors] = [once(child, 'close'), text(child.stderr)]
    const json = await firstObject(child.stdout)
    if (json !== undefined) return new Victim(child, JSON.parse(json) as Ready) // Our own command line wrote it.
    await ended
    throw new Error(`The node does not start any more: it ended with ${child.exitCode}. ${await errors}`)
  }

  /** The `data` of the answer. */
  async post<Data>(path: string, body: unknown): Promise<Data> {
    const headers = { 'content-type': 'application/json' }
    return dataOf(await fetch(this.#api + path, { method: 'POST', headers, body: JSON.stringify(body) }))
  }

  async delete(path: string): Promise<void> {
    await dataOf(await fetch(this.#api + path, { method: 'DELETE' }))
  }

  /** The `data` of the answer. */
  async get<Data>(path: string): Promise<Data> {
    return dataOf(await fetch(this.#api + path))
  }

  /** Resolves when the process is gone. */
  kill(): Promise<void> {
    return killed(this.#child)
  }
}

/** `kill -9`; resolves when the process is gone. */
export async function killed(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function dataOf<Data>(response: Response): Promise<Data> {
  const envelope = (await response.json()) as { success: boolean; data: Data }
  if (!envelope.success) throw new Error(`The node refused: ${JSON.stringify(envelope)}`)
  return envelope.data
}
