// scripts/shs-stdio.ts as the public suite shs1-test runs it: a child process on each end, or one against bytes of ours.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bytes, handshakeNamed } from './vectors.ts'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'

const SCRIPT = fileURLToPath(new URL('../../../scripts/shs-stdio.ts', import.meta.url))
const SESSION_BYTES = 112

const vector = handshakeNamed('default network key')
const asServer = [
  'server',
  vector.capability_hex,
  vector.server_seed_hex + vector.server_public_hex,
  vector.server_public_hex,
]
const asClient = ['client', vector.capability_hex, vector.server_public_hex]

test('a server and a client come to the same keys', async () => {
  const [server, client] = [run(asServer), run(asClient)]
  server.process.stdout.pipe(client.process.stdin)
  client.process.stdout.pipe(server.process.stdin)
  expect(await Promise.all([server.exit, client.exit])).toEqual([0, 0])

  const [here, there] = [server.output().subarray(-SESSION_BYTES), client.output().subarray(-SESSION_BYTES)]
  expect(server.output()).toHaveLength(64 + 80 + SESSION_BYTES)
  expect(client.output()).toHaveLength(64 + 112 + SESSION_BYTES)
  expect(here.subarray(0, 56)).toEqual(there.subarray(56))
  expect(here.subarray(56)).toEqual(there.subarray(0, 56))
})

test('a server that reads a bad hello exits 1 and writes nothing', async () => {
  const server = run(asServer)
  server.process.stdin.write(bytes(vector.client_hello_hex).with(0, 0))
  expect(await server.exit).toBe(1)
  expect(server.output()).toHaveLength(0)
})

test('a client that reads a bad hello exits 1 and writes nothing after its own', async () => {
  const client = run(asClient)
  client.process.stdin.write(bytes(vector.server_hello_hex).with(0, 0))
  expect(await client.exit).toBe(1)
  expect(client.output()).toHaveLength(64)
})

test('a client whose server closes exits 1', async () => {
  const client = run(asClient)
  client.process.stdin.end()
  expect(await client.exit).toBe(1)
})

test('without a role it says how to call it, and exits 1', async () => {
  const none = run([])
  expect(await none.exit).toBe(1)
  expect(none.errors()).toContain('usage: shs-stdio.ts server')
})

interface Run {
  process: ChildProcessWithoutNullStreams
  exit: Promise<number | null>
  output(): Buffer
  errors(): string
}

function run(args: string[]): Run {
  const child = spawn(process.execPath, [SCRIPT, ...args])
  // The last bytes may find that the other process has ended already.
  child.stdin.on('error', () => undefined)
  const [output, errors]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    process: child,
    exit,
    output: () => Buffer.concat(output),
    errors: () => Buffer.concat(errors).toString(),
  }
}
