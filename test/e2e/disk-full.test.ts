import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { NodeProcess } from '../support/node-process.ts'

/** A disk of 20 MB, or why there can be none. */
function smallDisk(): string | { missing: string } {
  const path = temporaryDirectory()
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', path], {
    encoding: 'utf8',
  })
  if (status !== 0) return { missing: stderr || (error?.message ?? 'mount failed') }
  onTestFinished(() => void spawnSync('umount', ['--lazy', path]))
  return path
}

const LARGE = 'word '.repeat(10_000)

/** Publishes until it is refused; answers the refusal. */
async function fill(node: NodeProcess): Promise<{ status: number; error?: { code: string } }> {
  for (;;) {
    const answer = await node.post('/v1/publish', { content: { type: 'insight', title: 'large', observation: LARGE } })
    if (answer.status !== 201) return answer
  }
}

async function health(node: NodeProcess): Promise<number> {
  return (await fetch(`${node.api}/health`)).status
}

test('a full disk is refused clearly, read from, and written to again by itself', async ({ skip }) => {
  const disk = smallDisk()
  if (typeof disk !== 'string') return skip(`A small disk cannot be made here: ${disk.missing}`)
  // Something that can be thrown away later.
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024))
  const dataDir = join(disk, 'data')
  const node = await startNode({ dataDir, flags: ['--offline'] })
  expect(await fill(node)).toMatchObject({ status: 507, error: { code: 'STORE_FULL' } })
  await eventually(async () => expect(await health(node)).toBe(503))
  const held = (await node.get<{ message_count: number }>('/v1/status')).data.message_count
  expect((await node.get('/v1/feed?include_self=true&limit=1')).data).toHaveLength(1)

  rmSync(ballast)
  await eventually(async () => expect(await spaceFreed(node)).toBe(200))
  const after = await node.post('/v1/publish', { content: 'after' })
  expect(after).toMatchObject({ status: 201, data: { sequence: held + 1 } })
  expect(await node.stop()).toBe(0)
  expect(readFileSync(join(dataDir, 'egregore.db')).length).toBeGreaterThan(0)
})

/** The limit to begin again lies above the one to stop: a larger disk stands for whatever else was removed. */
async function spaceFreed(node: NodeProcess): Promise<number> {
  spawnSync('mount', ['-o', 'remount,size=60m', join(node.dataDir, '..')])
  return health(node)
}
