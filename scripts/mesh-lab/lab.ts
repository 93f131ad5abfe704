// A network of hosts on one machine: namespaces, the switch between them, and their end. Nothing of it outlives the process that made it:
// a namespace lasts as long as the process in it, and those end with this one, even when it is killed. Only folders can be left behind,
// and the next lab removes them.

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EthernetSwitch } from './ethernet-switch.ts'
import { Host } from './host.ts'
import { Waiting } from './waiting.ts'
import type { SwitchTraffic } from './ethernet-switch.ts'
import type { LineSettings } from './line.ts'

/** What a lab is made of. */
export interface LabInit {
  /** How many, at most {@link HOSTS_MAX}. */
  hosts: number
  /**
   * Numbers of hosts that stand behind a router of their own (router.ts): they reach everybody, and nobody reaches them first.
   *
   * @default none
   */
  behindRouter?: readonly number[]
  /**
   * For all chance on the lines. What the kernels send, and when, is not ours to repeat; the fate of the n-th frame of a line is.
   *
   * @default 1
   */
  seed?: number
  /**
   * Of every line between two hosts.
   *
   * @default without a fault
   */
  line?: LineSettings
}

/** Addresses of one network of 24 bits. */
export const HOSTS_MAX = 250

const NETWORK = '10.77.0'
const FOLDER = /^egregore-mesh-lab-(?<pid>[0-9]+)-/

let labs = 0

/**
 * Makes hosts that can all hear one another.
 *
 * @throws Error when namespaces are not allowed; ask `whyNoLab` before
 * @throws RangeError for a number of hosts that cannot be
 * @example
 * const lab = await makeLab({ hosts: 2, seed: 7, line: { loss: 0.05, delayMs: 50 } })
 * const a = await lab.host(0).start()
 * const b = await lab.host(1).start(['--peer', a.address])
 * lab.partition([[0], [1]])
 * lab.heal()
 * await lab.close()
 */
export async function makeLab({ hosts, behindRouter = [], seed = 1, line = {} }: LabInit): Promise<Lab> {
  if (!(hosts >= 1 && hosts <= HOSTS_MAX)) throw new RangeError(`A lab has 1 to ${HOSTS_MAX} hosts, not ${hosts}.`)
  removeLeftFolders()
  labs += 1
  const folder = join(tmpdir(), `egregore-mesh-lab-${process.pid}-${labs}`)
  mkdirSync(folder, { recursive: true })
  const made = await Promise.allSettled(
    Array.from({ length: hosts }, (_, index) =>
      Host.make({
        name: `host-${index}`,
        address: `${NETWORK}.${index + 1}`,
        isBehindRouter: behindRouter.includes(index),
        folder,
      }),
    ),
  )
  const failed = made.find(({ status }) => status === 'rejected')
  const lab = new Lab(
    made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    { folder, seed, line },
  )
  if (failed === undefined) return lab
  await lab.close()
  throw (failed as PromiseRejectedResult).reason
}

export class Lab {
  readonly hosts: readonly Host[]
  readonly #folder: string
  readonly #switch: EthernetSwitch
  readonly #waiting = new Waiting(() => performance.now())

  constructor(hosts: readonly Host[], { folder, seed, line }: { folder: string; seed: number; line: LineSettings }) {
    this.hosts = hosts
    this.#folder = folder
    this.#switch = new EthernetSwitch({
      ports: hosts.length,
      seed,
      line,
      clock: () => performance.now(),
      at: (time, deliver) => this.#waiting.at(time, deliver),
      deliver: (port, frame) => hosts[port]?.receive(frame),
    })
    for (const [port, host] of hosts.entries()) host.onFrame((frame) => this.#switch.receive(port, frame))
  }

  /** By number, from 0. */
  host(index: number): Host {
    const host = this.hosts[index]
    if (host !== undefined) return host
    throw new RangeError(`The lab has ${this.hosts.length} hosts, and none with number ${index}.`)
  }

  /** Only hosts of the same group hear each other; one that is in no group hears nobody. */
  partition(groups: readonly (readonly number[])[]): void {
    this.#switch.partition(groups)
  }

  /** All hear one another again. */
  heal(): void {
    this.#switch.heal()
  }

  /** Other lines from now on. */
  degrade(line: LineSettings): void {
    this.#switch.degrade(line)
  }

  /** What the switch has done with frames so far. */
  get traffic(): Readonly<SwitchTraffic> {
    return this.#switch.traffic
  }

  /** Ends all hosts and what runs on them, and removes their data. Safe to call twice. */
  async close(): Promise<void> {
    this.#waiting.close()
    await Promise.all(this.hosts.map((host) => host.close()))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Of labs that were killed. */
function removeLeftFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = FOLDER.exec(name)?.groups?.pid
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // It runs, and is somebody else's.
  }
}
