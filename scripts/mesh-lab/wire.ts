// From a host's network card to the switch and back: tap.pl's stdin and stdout as frames.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

const TAP = new URL('./tap.pl', import.meta.url).pathname

/** Two bytes before each frame. */
const LENGTH_BYTES = 2

/** A switch does not buffer for a host that does not keep up: it loses. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024

/** Root needs no user namespace, which some systems refuse; everybody else becomes root in one. */
const AS_ROOT = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']

/** The command that makes a network namespace with a card of this name in it. */
export function namespaceCommand(card: string): [string, ...string[]] {
  return ['unshare', ...AS_ROOT, '--net', 'perl', TAP, card]
}

/** What stands before a command to run it in the namespace of a process. It ends when this process does, however that happens. */
export function insideOf(pid: number): [string, ...string[]] {
  const asRoot = AS_ROOT.length === 0 ? [] : ['--user', '--preserve-credentials']
  return ['nsenter', ...asRoot, '--net', '--target', String(pid), 'setpriv', '--pdeathsig', 'KILL', '--']
}

/** A card in a namespace of its own, which lasts as long as this wire. */
export class Wire {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  #received: Buffer = Buffer.alloc(0)
  #onFrame: (frame: Buffer) => void = () => {}

  /** Resolves when the card is there. */
  static async make(card: string): Promise<Wire> {
    const [command, ...args] = namespaceCommand(card)
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const wire = new Wire(child)
    const failed = once(child, 'exit').then(() => {
      throw new Error('The network card of a host could not be made.')
    })
    // tap.pl's empty frame.
    await Promise.race([new Promise<void>((resolve) => wire.onFrame(() => resolve())), failed])
    failed.catch(() => {})
    return wire
  }

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    child.stdout.on('data', (bytes: Buffer) => this.#receive(bytes))
    // The process is gone, and the exit says so.
    child.stdin.on('error', () => {})
  }

  /** The process that holds the namespace. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What comes out of the card from now on. */
  onFrame(listener: (frame: Buffer) => void): void {
    this.#onFrame = listener
  }

  /** Into the card. */
  send(frame: Buffer): void {
    const { stdin } = this.#child
    if (stdin.destroyed || stdin.writableLength > UNREAD_BYTES_MAX) return
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt16BE(frame.length)
    stdin.cork()
    stdin.write(length)
    stdin.write(frame)
    process.nextTick(() => stdin.uncork())
  }

  /** Ends the namespace, unless somebody still runs in it. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.stdin.end()
    await exited
  }

  #receive(bytes: Buffer): void {
    const received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    let start = 0
    while (start + LENGTH_BYTES <= received.length) {
      const end = start + LENGTH_BYTES + received.readUInt16BE(start)
      if (end > received.length) break
      this.#onFrame(received.subarray(start + LENGTH_BYTES, end))
      start = end
    }
    this.#received = received.subarray(start)
  }
}
