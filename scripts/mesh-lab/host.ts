// One host of the lab: a network namespace with a card on the switch, and what runs in it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startNode } from './lab-node.ts'
import { insideOf, Wire } from './wire.ts'
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { LabNode } from './lab-node.ts'

/** A host has all ports to itself, so every node stands on the same two. */
const API_PORT = 7654
const GOSSIP_PORT = 7655

const CARD = 'eth0'
const DOOR = new URL('./door.ts', import.meta.url).pathname

/** Where a host stands. */
export interface HostInit {
  name: string
  /** IPv4 address with the length of its network, such as 10.77.0.1/24. */
  address: string
  /** Where everything else is; without one the card's own network is the world. */
  gateway?: string
  /** Where its nodes keep their data. */
  folder: string
}

/** What a command left behind. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

type Piped = ChildProcessByStdio<Writable, Readable, Readable>

export class Host {
  readonly name: string
  /** IPv4. */
  readonly address: string
  readonly wire: Wire
  readonly #folder: string
  readonly #children: ChildProcess[] = []
  #doorUrl: Promise<string> | undefined

  /** Resolves when the host is on the network. */
  static async make(init: HostInit): Promise<Host> {
    const wire = await Wire.make(CARD)
    const host = new Host(init, wire)
    try {
      await host.#configure(init)
      return host
    } catch (error) {
      await host.close()
      throw error
    }
  }

  private constructor({ name, address, folder }: HostInit, wire: Wire) {
    this.name = name
    this.address = address.replace(/\/.*/, '')
    this.wire = wire
    this.#folder = folder
  }

  /** Where its node is reached by peers, as their `--peer`. */
  get peerAddress(): string {
    return `${this.address}:${GOSSIP_PORT}`
  }

  /** Runs a command on the host to its end. */
  async run(command: string, args: readonly string[] = [], input = ''): Promise<Ended> {
    const child = this.#spawn(command, args)
    child.stdin.end(input)
    const closed = once(child, 'close')
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    return { exitCode: child.exitCode, stdout, stderr }
  }

  /**
   * Starts a node on the host, on its own two ports, and waits until it serves. Its data stay with the host, so that a node that was
   * stopped can be started again.
   */
  async start(flags: readonly string[] = []): Promise<LabNode> {
    const dataDir = join(this.#folder, this.name)
    mkdirSync(dataDir, { recursive: true })
    const ports = ['--port', String(API_PORT), '--gossip-port', String(GOSSIP_PORT)]
    const launch = (command: string, args: readonly string[]) => this.#spawn(command, args)
    this.#doorUrl ??= this.#openDoor()
    const [node, api] = await Promise.all([startNode(launch, dataDir, [...ports, ...flags]), this.#doorUrl])
    return { ...node, api, address: this.peerAddress }
  }

  /** Ends what runs on the host, and the host. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.all(this.#children.map(end))
    await this.wire.close()
  }

  #spawn(command: string, args: readonly string[]): Piped {
    const [program, ...before] = insideOf(this.wire.pid)
    const child = spawn(program, [...before, command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    // It has ended without reading, and its exit code says how.
    child.stdin.on('error', () => {})
    this.#keep(child)
    return child
  }

  #keep(child: ChildProcess): void {
    this.#children.push(child)
    child.once('exit', () => this.#children.splice(this.#children.indexOf(child), 1))
  }

  async #configure({ address, gateway }: HostInit): Promise<void> {
    // Without IPv6: its neighbour discovery would speak, by chance and at its own times, before anybody else does.
    await this.#must('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6'])
    const everywhere = gateway === undefined ? `default dev ${CARD}` : `default via ${gateway}`
    const lines = ['link set lo up', `address add ${address} broadcast + dev ${CARD}`, `link set ${CARD} up`]
    await this.#must('ip', ['-batch', '-'], [...lines, `route add ${everywhere}`].join('\n'))
  }

  async #must(command: string, args: readonly string[], input = ''): Promise<void> {
    const { exitCode, stderr } = await this.run(command, args, input)
    if (exitCode !== 0) throw new Error(`${this.name}: ${command} ended with ${exitCode}: ${stderr.trim()}`)
  }

  /** Resolves with the URL under which the host's API answers outside. */
  async #openDoor(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // Not a pipe.
    const [program, ...before] = insideOf(this.wire.pid)
    const child = spawn(program, [...before, process.execPath, DOOR, String(API_PORT)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#keep(child)
    const open = once(child, 'message')
    child.send('socket', server, { keepOpen: false })
    await open
    server.close()
    return `http://127.0.0.1:${port}`
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
