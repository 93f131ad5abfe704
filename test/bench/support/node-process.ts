// A real node in a process of its own, as a person would start it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { HttpClient } from './http-client.ts'
import type { ChildProcess } from 'node:child_process'
import type { Vitals } from '../../support/probe.ts'
import type { BenchRun } from './bench-run.ts'

export const BIN = new URL('../../../src/cli/bin.js', import.meta.url).pathname

/** Young objects die young here: more room for them is memory that is never given back. package.json says the same. */
const AS_NPM_START = ['--max-semi-space-size=8']

/** As bin.js has it; said here, because the probe comes before it and would load a parser of TypeScript that no node has. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache')
const PROBE = new URL('../../support/probe.ts', import.meta.url).href

/** How often a node is asked whether it is done: rarely enough to cost it nothing that shows. */
const POLL_MS = 100

/** Which node to start. */
export interface NodeStart {
  dataDir: string
  flags?: readonly string[]
  /** Modules that its process loads before anything else, besides the probe. */
  imports?: readonly string[]
}

/** The part of /v1/status that benches read. */
export interface Status {
  message_count: number
  feed_count: number
  peers: { live: number }
  projections: { name: string; lag: number; error?: string }[]
  retention: { forgotten_count: number }
}

/** A running node. */
export class NodeProcess {
  readonly dataDir: string
  /** Base URL of its API. */
  readonly api: string
  readonly http: HttpClient
  readonly gossipPort: number
  /** From spawn until the node said that it serves. */
  readonly startMs: number
  readonly #child: ChildProcess

  constructor(child: ChildProcess, dataDir: string, { api, gossipPort }: Ready, startMs: number) {
    this.#child = child
    this.dataDir = dataDir
    this.api = api
    this.http = new HttpClient(api)
    this.gossipPort = gossipPort
    this.startMs = startMs
  }

  /** As another node's peer. */
  get address(): string {
    return `127.0.0.1:${this.gossipPort}`
  }

  async status(): Promise<Status> {
    return this.http.get<Status>('/v1/status')
  }

  async addPeer(address: string): Promise<void> {
    await this.http.post('/v1/peers', JSON.stringify({ address }))
  }

  /** Waits until so many messages are stored and every projection has folded them. */
  async settled(messages: number, reached: (done: number) => void = () => {}): Promise<void> {
    for (;;) {
      const { message_count, projections } = await this.status()
      const lag = Math.max(0, ...projections.map(({ lag }) => lag))
      reached(Math.max(0, message_count - lag))
      if (message_count >= messages && lag === 0) return refuseStopped(projections)
      await wait(POLL_MS)
    }
  }

  /**
   * How the process fared since this was last called.
   *
   * @param message - told to it on the way, for the modules it was started with
   */
  async vitals(message: object = {}): Promise<Vitals> {
    const answered = once(this.#child, 'message')
    this.#child.send(message)
    const [vitals] = await answered
    return vitals as Vitals // The probe sends nothing else.
  }

  /** Ends the process in order. Safe to call twice. */
  async stop(): Promise<void> {
    this.http.close()
    await end(this.#child)
  }
}

interface Ready {
  api: string
  gossipPort: number
}

/** Starts a node on free ports and waits until it serves. It is stopped when the bench ends. */
export async function startNode(run: BenchRun, { dataDir, flags = [], imports = [] }: NodeStart): Promise<NodeProcess> {
  const profiling = run.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${run.profiles}`]
  const ports = ['--port', '0', '--gossip-port', '0']
  const verb = ['start', '--json', '--log-level', 'warn', '--data-dir', dataDir, ...ports, ...flags]
  const spawnedAt = performance.now()
  const loading = [PROBE, ...imports].flatMap((module) => ['--import', module])
  const child = spawn(process.execPath, [...AS_NPM_START, ...profiling, ...loading, BIN, ...verb], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  })
  run.defer(() => end(child))
  const ready = await readyOf(child)
  return new NodeProcess(child, dataDir, ready, performance.now() - spawnedAt)
}

/** What `start --json` prints when the node serves. */
async function readyOf(child: ChildProcess): Promise<Ready> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (!text.trimEnd().endsWith('}')) continue
    child.stdout?.resume()
    return JSON.parse(text) as Ready // Our own node's word.
  }
  throw new Error(`The node ended before it served: ${text}`)
}

function refuseStopped(projections: Status['projections']): void {
  const stopped = projections.find(({ error }) => error !== undefined)
  if (stopped !== undefined) throw new Error(`The projection ${stopped.name} stopped: ${stopped.error}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
