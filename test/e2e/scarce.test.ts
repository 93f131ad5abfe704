import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, startNode } from '../support/node-process.ts'
import type { Socket } from 'node:net'
import type { NodeProcess } from '../support/node-process.ts'

/** Fewer than a node has open when it runs. */
const FILES_MAX = 40

function limitFiles({ child }: NodeProcess, max: string): string | undefined {
  const { status, stderr, error } = spawnSync('prlimit', ['--pid', `${child.pid}`, `--nofile=${max}`], {
    encoding: 'utf8',
  })
  return status === 0 ? undefined : stderr || (error?.message ?? 'prlimit failed')
}

function callerOf({ api }: NodeProcess): Socket {
  const socket = connect(Number(new URL(api).port), '127.0.0.1').on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

test('a node that can open no more files lives on, says so, and works again when it can', async ({ skip }) => {
  const node = await startNode()
  const missing = limitFiles(node, `${FILES_MAX}:`)
  if (missing !== undefined) return skip(`No limit can be set here: ${missing}`)
  const refused = Array.from({ length: 20 }, () => callerOf(node))
  await Promise.all(refused.map((socket) => once(socket, 'close')))
  // A second after its start libp2p asks for the addresses of this machine, and throws into the event loop.
  const log = join(node.dataDir, 'logs', 'egregore.log')
  await eventually(() => expect(readFileSync(log, 'utf8')).toContain('no more files and connections can be opened'))
  limitFiles(node, '1024:')
  const peer = await startNode({ flags: ['--peer', node.address] })
  await peer.waitFor(await node.publish('after'))
  expect(await node.stop()).toBe(0)
})

test('a node stops in order though its peer has fallen silent', async () => {
  const peer = await startNode()
  const node = await startNode({ flags: ['--peer', peer.address] })
  await peer.waitFor(await node.publish('one'))
  peer.child.kill('SIGSTOP')
  expect(await node.stop()).toBe(0)
})
