// A node that runs on a host of the lab, and what it said when it was ready.

import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { firstObject } from '../first-object.ts'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname

/** A running node. */
export interface LabNode {
  child: ChildProcess
  dataDir: string
  /** Base URL of its API, from outside the lab. */
  api: string
  /** As another node's `--peer`. */
  address: string
  gossipPort: number
  /** Author. */
  identity: string
  multiaddrs: readonly string[]
}

type Started = ChildProcess & { stdout: Readable; stderr: Readable }

type Ready = Pick<LabNode, 'gossipPort' | 'identity' | 'multiaddrs'>

/** Starts a node by `launch` and waits until it serves. */
export async function startNode(
  launch: (command: string, args: readonly string[]) => Started,
  dataDir: string,
  flags: readonly string[],
): Promise<Omit<LabNode, 'api' | 'address'>> {
  const child = launch(process.execPath, [BIN, 'start', '--json', '--data-dir', dataDir, ...flags])
  const [exited, stderr] = [once(child, 'exit'), text(child.stderr)]
  const json = await firstObject(child.stdout)
  if (json === undefined) {
    await exited
    throw new Error(`The node ended with ${child.exitCode}: ${await stderr}`)
  }
  const { gossipPort, identity, multiaddrs } = JSON.parse(json) as Ready // Our own command line wrote it.
  return { child, dataDir, gossipPort, identity, multiaddrs }
}
