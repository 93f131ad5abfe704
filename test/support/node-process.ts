// A real node in a process of its own, on free ports, driven over its real API.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'
import { shared, temporaryDirectory } from './temporary.ts'
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { Vitals } from './probe.ts'
import type { Until } from './temporary.ts'

export { eventually } from './eventually.ts'

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname
const PROBE = new URL('./probe.ts', import.meta.url).href

/** A message as the API answers it. */
export interface AnsweredMessage {
  author: string
  sequence: number
  content: { title?: string } & Record<string, unknown>
  hash: string
  signature: string
}

export interface Envelope<Data> {
  success: boolean
  data: Data
  error?: { code: string; message: string; details?: unknown }
  metadata?: { total?: number; next?: string }
}

/** A running node. */
export class NodeProcess {
  readonly dataDir: string
  readonly api: string
  readonly gossipPort: number
  readonly author: string
  readonly peerId: string
  /** As another node's `--peer`. */
  readonly address: string
  readonly child: ChildProcess

  constructor(child: ChildProcess, dataDir: string, ready: Ready) {
    this.child = child
    this.dataDir = dataDir
    this.api = ready.api
    this.gossipPort = ready.gossipPort
    this.author = ready.identity
    this.peerId = ready.multiaddrs[0]?.split('/p2p/')[1] ?? ''
    this.address = ready.address ?? `127.0.0.1:${ready.gossipPort}`
  }

  async get<Data = AnsweredMessage[]>(path: string): Promise<Envelope<Data>> {
    const response = await fetch(this.api + path)
    return (await response.json()) as Envelope<Data>
  }

  async post<Data = AnsweredMessage>(path: string, body: unknown): Promise<Envelope<Data> & { status: number }> {
    return this.#post(path, body)
  }

  /** Under an Idempotency-Key. */
  async postOnce(path: string, body: unknown, key: string): Promise<Envelope<AnsweredMessage> & { status: number }> {
    return this.#post(path, body, { 'idempotency-key': key })
  }

  async #post<Data>(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Envelope<Data> & { status: number }> {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }
    const response = await fetch(this.api + path, init)
    return { ...((await response.json()) as Envelope<Data>), status: response.status }
  }

  /** Publishes an insight and answers its hash. */
  async publish(title: string): Promise<string> {
    const { data } = await this.post('/v1/publish', {
      content: { type: 'insight', title, observation: `seen: ${title}` },
    })
    return data.hash
  }

  async holds(hash: string): Promise<boolean> {
    return (await fetch(`${this.api}/v1/message/${hash}`)).ok
  }

  /** Waits until a message is here. */
  async waitFor(hash: string): Promise<void> {
    await eventually(async () => {
      if (!(await this.holds(hash))) throw new Error(`${hash} has not arrived at ${this.api}`)
    })
  }

  /** How it fared since this was last asked. */
  async vitals(): Promise<Vitals> {
    const answer = once(this.child, 'message')
    this.child.send('vitals')
    const [vitals] = await answer
    return vitals as Vitals // The probe sends nothing else.
  }

  /** Ends the process in order, or at once by SIGKILL, and answers its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode
    const exited = once(this.child, 'exit')
    this.child.kill(signal)
    await exited
    return this.child.exitCode
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

interface Ready {
  api: string
  gossipPort: number
  identity: string
  multiaddrs: readonly string[]
  /** Of a node that is not on this host. */
  address?: string
}

/**
 * Starts a node and waits until it serves.
 *
 * @param until - when it is killed: when the test ends
 * @param isProbed - whether it can be asked for its {@link NodeProcess.vitals}
 */
export async function startNode({
  until = onTestFinished as Until,
  dataDir = temporaryDirectory(until),
  flags = [] as string[],
  environment = {} as Record<string, string>,
  isProbed = false,
} = {}): Promise<NodeProcess> {
  const args = ['start', '--json', '--data-dir', dataDir, '--port', '0', '--gossip-port', '0', ...flags]
  const child = isProbed ? spawnProbed(args) : spawnVerb(args, environment)
  until(() => void child.kill('SIGKILL'))
  const errors = collectText(child.stderr)
  const ready = await Promise.race([firstJson(child.stdout), failed(child, errors)])
  return new NodeProcess(child, dataDir, ready)
}

/** One node for all tests of a file, to each of which it must be the same what the others do with it: a start costs a second of a core. */
export function sharedNode(...flags: string[]): () => NodeProcess {
  return shared((until) => startNode({ until, flags }))
}

/** What a verb that ended left behind. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs a verb of the command line to its end. */
export function runVerb(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return runProgram(BIN, args, environment)
}

/** The same, of a copy of the program. */
export async function runProgram(
  bin: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const child = spawnProgram(bin, args, environment)
  const stdout = collectText(child.stdout)
  const stderr = collectText(child.stderr)
  await once(child, 'close')
  return { exitCode: child.exitCode, stdout: stdout(), stderr: stderr() }
}

/** As `npm start` does it, with a probe. */
function spawnProbed(args: readonly string[]): Child {
  const nodeFlags = ['--max-semi-space-size=8', '--expose-gc', '--import', PROBE]
  const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const
  // As: the type of spawn knows no fourth entry.
  return spawn(process.execPath, [...nodeFlags, BIN, ...args], { stdio: [...stdio] }) as Child
}

/** Starts a verb and leaves it running. */
export function spawnVerb(args: readonly string[], environment: Record<string, string> = {}): Child {
  return spawnProgram(BIN, args, environment)
}

function spawnProgram(bin: string, args: readonly string[], environment: Record<string, string>): Child {
  const env = { ...process.env, NO_COLOR: '1', ...environment }
  return spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
}

/** Starts a verb that reads its standard input. It is killed when the test ends. */
export function spawnTalkingVerb(
  args: readonly string[],
  environment: Record<string, string> = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const env = { ...process.env, NO_COLOR: '1', ...environment }
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** The multi-line JSON object that `start --json` prints first. */
async function firstJson(stream: Readable): Promise<Ready> {
  let text = ''
  for await (const line of createInterface({ input: stream })) {
    text += line
    if (line === '}') break
  }
  stream.resume()
  return JSON.parse(text) as Ready
}

async function failed(child: Child, errors: () => string): Promise<never> {
  await once(child, 'close')
  throw new Error(`The node ended with ${child.exitCode}: ${errors()}`)
}

function collectText(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}
