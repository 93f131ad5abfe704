// A TCP line between two nodes that counts what passes.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { AddressInfo, Socket } from 'node:net'
import type { BenchRun } from './bench-run.ts'

/** The line is at rest when nothing has passed for so long. */
const REST_MS = 1_000

/** What passed, in bytes of TCP payload. */
export interface Passed {
  /** From whoever dialled. */
  forth: number
  back: number
}

/** A line that is open. */
export interface CountingProxy {
  /** To be dialled in place of the target. */
  address: string
  /** Resolves when something has passed and the line is at rest again. */
  atRest(): Promise<Passed>
}

/** Opens a line to a port of this machine. It is closed when the bench ends. */
export async function openProxy(run: BenchRun, port: number): Promise<CountingProxy> {
  const passed: Passed = { forth: 0, back: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((inward) => {
    const outward = connect(port, '127.0.0.1')
    pass(inward, outward, (bytes) => {
      passed.forth += bytes
    })
    pass(outward, inward, (bytes) => {
      passed.back += bytes
    })
    sockets.add(inward).add(outward)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  run.defer(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port: ownPort } = server.address() as AddressInfo // It listens on TCP.
  return { address: `127.0.0.1:${ownPort}`, atRest: () => atRest(passed) }
}

function pass(from: Socket, to: Socket, count: (bytes: number) => void): void {
  from.setNoDelay(true)
  from.on('data', (chunk) => {
    count(chunk.length)
    to.write(chunk)
  })
  from.on('end', () => to.end())
  from.on('error', () => to.destroy())
}

async function atRest(passed: Passed): Promise<Passed> {
  for (let before = -1; ; ) {
    const now = passed.forth + passed.back
    if (now > 0 && now === before) return { ...passed }
    before = now
    await wait(REST_MS)
  }
}
