// One host of the lab: a network namespace with a card on the switch, and what runs in it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startNode } from './lab-node.ts'
import { bytesOf, cardOf } from './packet.ts'
import { Router } from './router.ts'
import { insideOf, Wire } from './wire.ts'
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { LabNode } from './lab-node.ts'
import type { Routed } from './router.ts'

/** A host has all ports to itself, so every node stands on the same two. */
const API_PORT = 7654
const GOSSIP_PORT = 7655

/** What homes use; every router has the same, as they do. */
const HOME = { host: '192.168.77.2', gateway: '192.168.77.1' }

const CARD = 'eth0'
const DOOR = new URL('./door.ts', import.meta.url).pathname

/** Where a host stands. */
export interface HostInit {
  name: string
  /** IPv4, under which the switch knows it; of its router, if it has one. */
  address: string
  /** Whether a router stands between it and the switch. */
  isBehindRouter: boolean
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
  /** IPv4, of its own card. */
  readonly address: string
  /** IPv4, under which others see it: its own, or its router's. */
  readonly outsideAddress: string
  readonly #wire: Wire
  readonly #router: Router | undefined
  readonly #folder: string
  readonly #children: ChildProcess[] = []
  #doorUrl: Promise<string> | undefined
  #toSwitch: (frame: Buffer) => void = () => {}

  /** Resolves when the host is on the network. */
  static async make(init: HostInit): Promise<Host> {
    const wire = await Wire.make(CARD)
    const host = new Host(init, wire)
    try {
      await host.#configure()
      return host
    } catch (error) {
      await host.close()
      throw error
    }
  }

  private constructor({ name, address, isBehindRouter, folder }: HostInit, wire: Wire) {
    this.name = name
    this.address = isBehindRouter ? HOME.host : address
    this.outsideAddress = address
    this.#router = isBehindRouter ? new Router({ ...HOME, outside: address }) : undefined
    this.#wire = wire
    this.#folder = folder
  }

  /** Where peers would dial its node, as their `--peer`. */
  get peerAddress(): string {
    return `${this.outsideAddress}:${GOSSIP_PORT}`
  }

  /** What leaves towards the switch from now on. */
  onFrame(listener: (frame: Buffer) => void): void {
    this.#toSwitch = listener
    this.#wire.onFrame((frame) => this.#pass(this.#router?.fromHost(frame) ?? { toSwitch: frame }))
  }

  /** What comes from the switch. */
  receive(frame: Buffer): void {
    this.#pass(this.#router?.fromSwitch(frame) ?? { toHost: frame })
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
    await this.#wire.close()
  }

  #pass({ toHost, toSwitch }: Routed): void {
    if (toHost !== undefined) this.#wire.send(toHost)
    if (toSwitch !== undefined) this.#toSwitch(toSwitch)
  }

  #spawn(command: string, args: readonly string[]): Piped {
    const [program, ...before] = insideOf(this.#wire.pid)
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

  async #configure(): Promise<void> {
    // Without IPv6: its neighbour discovery would speak, by chance and at its own times, before anybody else does.
    await this.#must('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6'])
    const everywhere = this.#router === undefined ? `default dev ${CARD}` : `default via ${HOME.gateway}`
    const lines = [
      'link set lo up',
      `link set ${CARD} address ${cardOf(bytesOf(this.address))
        .toString('hex')
        .replace(/..(?=.)/g, '$&:')} up`,
      `address add ${this.address}/24 broadcast + dev ${CARD}`,
      `route add ${everywhere}`,
    ]
    await this.#must('ip', ['-batch', '-'], lines.join('\n'))
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
    const [program, ...before] = insideOf(this.#wire.pid)
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
