import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { runVerb, startNode } from '../support/node-process.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Ended } from '../support/node-process.ts'

function start(dataDir: string): Promise<Ended> {
  return runVerb(['start', '--offline', '--port', '0', '--data-dir', dataDir])
}

/** A directory that a node has run on, in order. */
async function usedDirectory(): Promise<string> {
  const node = await startNode({ flags: ['--offline'], dataDir: temporaryDirectory() })
  await node.publish('one')
  await node.stop()
  return node.dataDir
}

test('a database of a newer version is left as it is', async () => {
  const dataDir = await usedDirectory()
  const path = join(dataDir, 'egregore.db')
  const database = new Database(path)
  database.pragma('user_version = 999')
  database.close()
  const before = readFileSync(path)
  const { exitCode, stderr } = await start(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/has format 999; this egregore knows formats up to \d+/)
  expect(readFileSync(path).equals(before)).toBe(true)
})

test.each(['egregore.db', 'identity/secret.key'])('a directory in the place of %s is named', async (name) => {
  const dataDir = await usedDirectory()
  rmSync(join(dataDir, name))
  mkdirSync(join(dataDir, name))
  const { exitCode, stderr } = await start(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(name)
})

test('a read-only directory is named, and what to do about it', async ({ skip }) => {
  const dataDir = await usedDirectory()
  const refusal = makeReadOnly(dataDir)
  if (refusal !== undefined) return skip(`Nothing can be made read-only here: ${refusal}`)
  const { exitCode, stderr } = await start(dataDir)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/cannot be written. Check that it is a directory of yours, or choose another with --data-dir/)
})

/** To the owner of all files only a read-only mount says no. Answers why it cannot be had. */
function makeReadOnly(path: string): string | undefined {
  if (process.getuid?.() !== 0) {
    chmodSync(path, 0o500)
    onTestFinished(() => chmodSync(path, 0o700))
    return undefined
  }
  for (const options of [
    ['--bind', path, path],
    ['-o', 'remount,bind,ro', path],
  ]) {
    const { status, stderr, error } = spawnSync('mount', options, { encoding: 'utf8' })
    if (status !== 0) return stderr || (error?.message ?? 'mount failed')
    if (options[0] === '--bind') onTestFinished(() => void spawnSync('umount', ['--lazy', path]))
  }
  return undefined
}

test.each(['status', 'logs'])('%s says of the directory of another user that it is another’s', (verb) => {
  const dataDir = temporaryDirectory()
  const { status, stderr } = runAsAnother([verb, '--data-dir', dataDir], dataDir)
  expect(status).toBe(5)
  expect(stderr).toContain(`${dataDir} cannot be read by this user`)
})

test('a start in the directory of another user says whose it is to be', () => {
  const dataDir = temporaryDirectory()
  const { status, stderr } = runAsAnother(['start', '--offline', '--data-dir', dataDir], dataDir)
  expect(status).toBe(2)
  expect(stderr).toContain('Run egregore as the user whom it and its directory belong to, or choose another directory')
})

/** Root becomes nobody; anybody else takes the directory from itself. */
function runAsAnother(args: readonly string[], dataDir: string): { status: number | null; stderr: string } {
  const bin = new URL('../../src/cli/bin.js', import.meta.url).pathname
  const isRoot = process.getuid?.() === 0
  if (!isRoot) chmodSync(dataDir, 0)
  try {
    return spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', ...(isRoot && { uid: 65_534 }) })
  } finally {
    if (!isRoot) chmodSync(dataDir, 0o700)
  }
}
